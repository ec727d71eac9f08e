#![no_main]

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use definable_errors::ApiError;
use definable_errors::extract::Multipart;
use futures_util::FutureExt;
use fuzz::{check_refusal, is_canary};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let texts = read(body, texts).unwrap_or_default();
    let canaries: Vec<_> = texts.iter().filter(|text| is_canary(text)).cloned().collect();
    if let Err(error) = read(body, typed) {
        check_refusal(error, &canaries);
    }
    if let Err(error) = read(body, files) {
        check_refusal(error, &canaries);
    }
});

fn read<T, F>(body: &[u8], with: impl FnOnce(Multipart) -> F) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let request = Request::post("/")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body.to_vec()))
        .expect("it is a request");
    let reading = async { with(Multipart::from_request(request, &()).await?).await };
    reading.now_or_never().expect("the body is there")
}

async fn texts(mut parts: Multipart) -> Result<Vec<String>, ApiError> {
    let mut texts = Vec::new();
    while let Some(part) = parts.next_field().await? {
        texts.push(part.text().await?);
    }
    Ok(texts)
}

/// Numbers are taken where `FromStr` takes them.
async fn typed(parts: Multipart) -> Result<(), ApiError> {
    let mut parts = parts.with_max_parts(8).with_part_limit(64);
    while let Some(part) = parts.next_field().await? {
        match part.name() {
            Some("qty") => drop(part.parse::<u8>().await?),
            Some("ratio") => drop(part.parse::<Option<f64>>().await?),
            Some("is_new") => drop(part.parse::<bool>().await?),
            Some("id") => drop(part.parse::<uuid::Uuid>().await?),
            _ => drop(part.text().await?),
        }
    }
    Ok(())
}

/// Whatever a file is called, the name that a handler sees is harmless.
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
