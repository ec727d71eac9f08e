use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart as AxumMultipart, OptionalFromRequest, Request};
use http::{HeaderMap, StatusCode};

use super::content::{media_type, require_plain};
use super::refusals::{BODY_TYPES, invalid, malformed, unsupported};
use super::{Field, reading};
use crate::error::ApiError;
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
        match self.parts > self.max_parts {
            true => Err(too_many(self.max_parts)),
            false => Ok(Some(Field::new(field, self.part_limit, self.body_limit))),
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
            return match reading::is_empty(request).await? {
                true => Ok(None),
                false => Err(refusal),
            };
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
pub(super) fn unreadable(error: MultipartError, limit: Option<u64>) -> ApiError {
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
