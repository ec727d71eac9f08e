use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::multipart::Field as AxumField;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::{self, HeaderMap};
use serde::de::DeserializeOwned;

use super::content::media_type;
use super::file_name;
use super::media_type::MediaType;
use super::multipart::unreadable;
use super::refusals::{invalid, too_large, unsupported};
use super::source::refusal;
use crate::diagnosis::{Origin, Tree, diagnose};
use crate::error::ApiError;
use crate::problem::{Place, Violation};

/// A part of a [`Multipart`](super::Multipart): a file, or the text of a field. It is also a stream
/// of its bytes.
#[derive(Debug)]
#[must_use]
pub struct Field<'m> {
    inner: AxumField<'m>,
    file_name: Option<String>,
    limit: Option<u64>,
    body_limit: Option<u64>,
    read: u64,
}

impl<'m> Field<'m> {
    pub(super) fn new(inner: AxumField<'m>, limit: Option<u64>, body_limit: Option<u64>) -> Self {
        let file_name = inner.file_name().and_then(file_name::harmless);
        Self { inner, file_name, limit, body_limit, read: 0 }
    }

    /// Limits the part to `bytes` bytes; a larger one is a 413 `payload_too_large` that names the
    /// limit.
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = Some(bytes);
        self
    }

    /// Accepts the part only if its type is one of `supported`, such as `text/plain` or `image/*`.
    /// A part without a type is `text/plain` (RFC 7578 §4.4). The type that a client declares
    /// proves nothing about the bytes.
    ///
    /// # Errors
    ///
    /// Returns `unsupported_media_type`, with the supported types in `Accept`.
    pub fn accepting(self, supported: &[&str]) -> Result<Self, ApiError> {
        let is_supported =
            self.parsed_type().is_some_and(|found| supported.iter().any(|known| found.is(known)));
        match is_supported {
            true => Ok(self),
            false => Err(unsupported(&supported.join(", "))),
        }
    }

    /// Returns the name of the field.
    pub fn name(&self) -> Option<&str> {
        self.inner.name()
    }

    /// Returns the name of the file, made harmless: one component without separators, control
    /// characters, leading dots or the names of devices, cut to at most 200 bytes. Returns `None`
    /// if nothing is left.
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// Returns the name of the file as the client sent it. It may be `../../etc/passwd`.
    pub fn raw_file_name(&self) -> Option<&str> {
        self.inner.file_name()
    }

    /// Returns the type that the client declares.
    pub fn content_type(&self) -> Option<&str> {
        self.headers().get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// Returns the type without its parameters and in lower case. A part without a type is
    /// `text/plain`. Returns `None` if the declared type is malformed.
    pub fn media_type(&self) -> Option<String> {
        self.parsed_type().map(|found| found.essence())
    }

    /// Returns the headers of the part.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// Reads the next bytes of the part.
    ///
    /// # Errors
    ///
    /// Returns `payload_too_large` at a limit, `malformed_body` if the body breaks off,
    /// `request_timeout` if a layer that bounds the time of a body ends it.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// Reads all bytes of the part.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Bytes, ApiError> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.chunk().await? else {
            return Ok(first);
        };
        let mut whole = BytesMut::from(&*first);
        whole.extend_from_slice(&second);
        while let Some(next) = self.chunk().await? {
            whole.extend_from_slice(&next);
        }
        Ok(whole.freeze())
    }

    /// Reads the text of the part, in UTF-8.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`chunk`](Self::chunk), and `validation_failed` if the part is not
    /// UTF-8.
    pub async fn text(self) -> Result<String, ApiError> {
        let place = self.place();
        let bytes = self.bytes().await?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(invalid([Violation::new(place, "invalid", "must be UTF-8")])),
        }
    }

    /// Parses the text of the part into a `T`: a number, a date, a variant of an enum.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`text`](Self::text), and `validation_failed` if the text does not
    /// parse to `T`.
    pub async fn parse<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        let name = self.name().unwrap_or_default().to_owned();
        let text = self.text().await?;
        let pair = (Cow::Borrowed(&*name), Cow::Borrowed(&*text));
        let tree = Tree::pairs(Origin::Form, [pair]);
        let mut diagnosis = diagnose::<HashMap<String, T>>(&tree, None);
        match diagnosis.value.take().and_then(|values| values.into_values().next()) {
            Some(value) if diagnosis.violations.is_empty() => Ok(value),
            _ => Err(refusal(Origin::Form, diagnosis)),
        }
    }

    /// axum treats a malformed type as missing, and a missing one as text.
    fn parsed_type(&self) -> Option<MediaType<'_>> {
        match self.headers().contains_key(header::CONTENT_TYPE) {
            true => media_type(self.headers()),
            false => MediaType::parse("text/plain"),
        }
    }

    fn place(&self) -> Place {
        Origin::Form.place_named(self.name().unwrap_or_default())
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ApiError>>> {
        let chunk = match ready!(Pin::new(&mut self.inner).poll_next(cx)) {
            None => return Poll::Ready(None),
            Some(chunk) => chunk.map_err(|error| unreadable(error, self.body_limit)),
        };
        Poll::Ready(Some(chunk.and_then(|bytes| self.counted(bytes))))
    }

    fn counted(&mut self, bytes: Bytes) -> Result<Bytes, ApiError> {
        self.read += bytes.len() as u64;
        match self.limit {
            Some(limit) if self.read > limit => Err(too_large(Some(limit))
                .with_detail(format!("A part of the body is larger than {limit} bytes."))),
            _ => Ok(bytes),
        }
    }
}

impl Stream for Field<'_> {
    type Item = Result<Bytes, ApiError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_chunk(cx)
    }
}
