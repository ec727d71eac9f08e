//! Multipart forms have the parts that axum reads.

use std::str::Utf8Error;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart as AxumMultipart, Request};
use bytes::Bytes;
use definable_errors::ApiError;
use definable_errors::extract::Multipart;
use definable_errors::extract::multipart::Field;
use futures_util::FutureExt;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::answer::check_refusal;
use super::canaries;
use super::submitted::Submitted;

type Parts = Vec<(String, Bytes)>;

/// Asserts that the parts are those that axum reads, that a part which is no text or no number is
/// rejected as such, and that the names of files are harmless.
pub fn multipart(body: &[u8]) {
    let (parts, is_whole) = read(body, of_axum);
    let check = |error| {
        let submitted = Submitted::pairs(parts.iter().map(|(name, _)| name));
        let texts = parts.iter().map(|(_, text)| String::from_utf8_lossy(text).into_owned());
        check_refusal(error, &submitted, &canaries::of_texts(texts));
    };
    match read(body, whole) {
        Ok(read) => assert!(is_whole && read == parts, "axum reads {parts:?}"),
        Err(error) => {
            assert!(!is_whole, "axum reads it: {error}");
            check(error);
        }
    }
    let _ = read(body, |it| typed(it, &parts, is_whole)).map_err(check);
    let _ = read(body, few).map_err(check);
    let _ = read(body, files).map_err(check);
}

fn read<M, F>(body: &[u8], with: impl FnOnce(M) -> F) -> F::Output
where
    M: FromRequest<()>,
    M::Rejection: std::fmt::Debug,
    F: Future,
{
    let request = Request::post("/")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body.to_vec()))
        .expect("it is a request");
    let reading = async { with(M::from_request(request, &()).await.expect("a boundary")).await };
    reading.now_or_never().expect("the body is there")
}

/// Returns the parts that axum reads, and whether the body is complete.
async fn of_axum(mut parts: AxumMultipart) -> (Parts, bool) {
    let mut read = Parts::new();
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return (read, true),
            Err(_) => return (read, false),
        };
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await;
        let is_broken = bytes.is_err();
        read.push((name, bytes.unwrap_or_default()));
        if is_broken {
            return (read, false);
        }
    }
}

async fn whole(parts: Multipart) -> Result<Parts, ApiError> {
    let mut parts = parts.with_max_parts(usize::MAX);
    let mut read = Parts::new();
    while let Some(part) = parts.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        read.push((name, part.bytes().await?));
    }
    Ok(read)
}

/// Asserts that a text is accepted if `FromStr` accepts it, whatever the other parts are.
async fn typed(mut parts: Multipart, known: &Parts, is_whole: bool) -> Result<(), ApiError> {
    parts = parts.with_max_parts(usize::MAX);
    let mut refused = Ok(());
    let mut known =
        known.iter().map(|(_, bytes)| std::str::from_utf8(bytes)).enumerate().peekable();
    while let Some(part) = parts.next_field().await? {
        let Some((at, text)) = known.next() else { return refused };
        // The last part may be incomplete.
        let text = Some(text).filter(|_| is_whole || known.peek().is_some());
        let parsed = match at % 4 {
            0 => parse::<u8>(part, text).await,
            1 => parse::<f64>(part, text).await,
            2 => parse::<bool>(part, text).await,
            _ => parse::<Uuid>(part, text).await,
        };
        refused = refused.and(parsed);
    }
    refused
}

/// Asserts that the text is that of the part, if it is known.
async fn parse<T>(part: Field<'_>, text: Option<Result<&str, Utf8Error>>) -> Result<(), ApiError>
where
    T: DeserializeOwned + std::str::FromStr,
{
    let parsed = part.parse::<T>().await.map(drop);
    if let Some(text) = text {
        let is_taken = text.is_ok_and(|text| text.parse::<T>().is_ok());
        assert_eq!(parsed.is_ok(), is_taken, "{text:?}");
    }
    parsed
}

/// Reads the parts with low limits.
async fn few(parts: Multipart) -> Result<(), ApiError> {
    let mut parts = parts.with_max_parts(3).with_part_limit(16);
    let mut read = 0;
    while let Some(part) = parts.next_field().await? {
        assert!(part.text().await?.len() <= 16);
        read += 1;
    }
    assert!(read <= 3);
    Ok(())
}

/// Asserts that the name of a file, as a handler sees it, is harmless.
async fn files(mut parts: Multipart) -> Result<(), ApiError> {
    while let Some(part) = parts.next_field().await? {
        if let Some(name) = part.file_name() {
            assert!(!name.is_empty() && name != "." && name != "..", "{name:?}");
            let is_harmful = |letter: char| letter.is_control() || "/\\:".contains(letter);
            assert!(!name.contains(is_harmful), "{name:?}");
            assert!(name.len() <= 255, "{name:?}");
        }
        let mut part = part.accepting(&["text/plain", "image/*"])?.with_limit(32);
        while part.chunk().await?.is_some() {}
    }
    Ok(())
}
