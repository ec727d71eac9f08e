//! A form with files, and one part of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::multipart::{Field as AxumField, MultipartError};
use axum::extract::{FromRequest, Multipart as AxumMultipart, OptionalFromRequest, Request};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::HeaderMap;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::content::{MediaType, media_type, require_plain};
use super::refusals::{BODY_TYPES, invalid, malformed, too_large, unsupported};
use super::source::refusal;
use super::{file_name, reading};
use crate::diagnosis::{Origin, Tree, diagnose};
use crate::error::ApiError;
use crate::guard::DrainBound;
use crate::problem::{Place, Pointer, ProblemTypes, Types, Violation};

const SUPPORTED: &str = "multipart/form-data";

/// A body of `multipart/form-data`, read one part at a time, as with `axum::extract::Multipart`.
///
/// The size of the whole body is limited by [`BodyLimit`](crate::extract::BodyLimit).
/// `Option<Multipart>` is `None` if there is no body. The [module](crate::extract::multipart) has
/// an example.
#[derive(Debug)]
#[must_use]
pub struct Multipart {
    inner: AxumMultipart,
    body_limit: Option<u64>,
    part_limit: Option<u64>,
    max_parts: usize,
    parts: usize,
}

impl Multipart {
    /// The default limit on the number of parts.
    pub const MAX_PARTS: usize = 100;

    async fn open(request: Request) -> Result<Self, ApiError> {
        let (request, body_limit) = reading::limited(request).await?;
        let inner = <AxumMultipart as FromRequest<()>>::from_request(request, &()).await;
        // The boundary is missing, and it is part of the type.
        let inner = inner.map_err(|_| unsupported(SUPPORTED))?;
        Ok(Self { inner, body_limit, part_limit: None, max_parts: Self::MAX_PARTS, parts: 0 })
    }

    /// Limits the form to `parts` parts; one more is a violation.
    pub fn with_max_parts(mut self, parts: usize) -> Self {
        self.max_parts = parts;
        self
    }

    /// Limits every part to `bytes` bytes, unless [`Field::with_limit`] sets another limit.
    pub fn with_part_limit(mut self, bytes: u64) -> Self {
        self.part_limit = Some(bytes);
        self
    }

    /// Returns the next part. What was not read of the previous one is skipped.
    ///
    /// # Errors
    ///
    /// Returns `malformed_body` if there is no part where one should be, `payload_too_large` at the
    /// limit of the body, `validation_failed` if there are too many parts.
    pub async fn next_field(&mut self) -> Result<Option<Field<'_>>, ApiError> {
        let field = self.inner.next_field().await;
        let Some(field) = field.map_err(|error| unreadable(error, self.body_limit))? else {
            return Ok(None);
        };
        self.parts += 1;
        if self.parts > self.max_parts {
            Err(too_many(self.max_parts))
        } else {
            Ok(Some(Field::new(field, self.part_limit, self.body_limit)))
        }
    }

    /// Returns the value of a part after all parts have been read, or the violation `required` if
    /// it is missing.
    ///
    /// ```
    /// use definable_errors::extract::Multipart;
    ///
    /// let error = Multipart::required(None::<String>, "title").unwrap_err();
    /// assert_eq!(error.problem().violations()[0].code(), "required");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns `validation_failed` if `part` is `None`.
    pub fn required<T>(part: Option<T>, name: &str) -> Result<T, ApiError> {
        part.ok_or_else(|| {
            let place = Place::Form(Pointer::root().key(name).into());
            invalid([Violation::new(place, "required", "is required")])
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        require_multipart(request.headers())?;
        Self::open(request).await
    }
}

/// Returns `None` if there is no body.
impl<S: Send + Sync> OptionalFromRequest<S> for Multipart {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Option<Self>, ApiError> {
        if reading::is_absent(&request) {
            return Ok(None);
        }
        if let Err(refusal) = require_multipart(request.headers()) {
            return if reading::is_empty(request).await? { Ok(None) } else { Err(refusal) };
        }
        Self::open(request).await.map(Some)
    }
}

impl ProblemTypes for Multipart {
    const TYPES: Types = BODY_TYPES;
}

fn require_multipart(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_readable = media_type(headers).is_some_and(|found| found.is(SUPPORTED));
    require_plain(headers, is_readable, SUPPORTED)
}

/// Makes the error of a body that is not multipart, or that could not be read: axum's status for
/// the latter is 413 or 500.
fn unreadable(error: MultipartError, limit: Option<u64>) -> ApiError {
    match error.status() {
        StatusCode::BAD_REQUEST => {
            malformed("The multipart body could not be parsed.").with_source(error)
        }
        _ => reading::unreadable(error, limit),
    }
}

fn too_many(max: usize) -> ApiError {
    let place = Place::Form(Pointer::root().into());
    let detail = format!("must have at most {max} parts");
    invalid([Violation::new(place, "length", detail).with_param("max", max)])
}

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
    rest: Rest,
}

/// What happens to the bytes of a part that are not read yet.
#[derive(Debug)]
enum Rest {
    Read,
    /// The part is too large. Most clients read no response before they have sent everything.
    Drained(DrainBound),
    Rejected,
}

impl<'m> Field<'m> {
    fn new(inner: AxumField<'m>, limit: Option<u64>, body_limit: Option<u64>) -> Self {
        let file_name = inner.file_name().and_then(file_name::harmless);
        Self { inner, file_name, limit, body_limit, read: 0, rest: Rest::Read }
    }

    /// Limits the part to `bytes` bytes; a larger one is a 413 `payload_too_large` that names the
    /// limit. What is left of it is read and discarded first, up to 16 MiB and for at most ten
    /// seconds, so that the client gets to see the response.
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
        if is_supported { Ok(self) } else { Err(unsupported(&supported.join(", "))) }
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
        if self.headers().contains_key(header::CONTENT_TYPE) {
            media_type(self.headers())
        } else {
            MediaType::parse("text/plain")
        }
    }

    fn place(&self) -> Place {
        Origin::Form.place_named(self.name().unwrap_or_default())
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ApiError>>> {
        if matches!(self.rest, Rest::Read) {
            let chunk = ready!(Pin::new(&mut self.inner).poll_next(cx));
            match chunk {
                Some(Ok(bytes)) if self.exceeds_limit(bytes.len()) => {
                    self.rest = Rest::Drained(DrainBound::new());
                }
                chunk => {
                    let unreadable = |error| unreadable(error, self.body_limit);
                    return Poll::Ready(chunk.map(|chunk| chunk.map_err(unreadable)));
                }
            }
        }
        if matches!(self.rest, Rest::Rejected) {
            return Poll::Ready(None);
        }
        ready!(self.poll_drained(cx));
        self.rest = Rest::Rejected;
        Poll::Ready(Some(Err(part_too_large(self.limit))))
    }

    /// Counts bytes, and returns whether there are too many.
    fn exceeds_limit(&mut self, bytes: usize) -> bool {
        self.read += bytes as u64;
        self.limit.is_some_and(|limit| self.read > limit)
    }

    /// Reads what is left of the part, and discards it.
    fn poll_drained(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Rest::Drained(bound) = &mut self.rest else {
            return Poll::Ready(());
        };
        while let Some(Ok(bytes)) = ready!(Pin::new(&mut self.inner).poll_next(cx)) {
            if !bound.admits(bytes.len()) {
                break;
            }
        }
        Poll::Ready(())
    }
}

fn part_too_large(limit: Option<u64>) -> ApiError {
    let bytes = limit.unwrap_or_default();
    too_large(limit).with_detail(format!("A part of the body is larger than {bytes} bytes."))
}

impl Stream for Field<'_> {
    type Item = Result<Bytes, ApiError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_chunk(cx)
    }
}
