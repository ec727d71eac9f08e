//! Limits on what the extractors read.

use std::num::IntErrorKind;
use std::{fmt, mem};

use axum::extract::DefaultBodyLimit;
use http::request::Parts;
use http::{Extensions, Request, header};
use tower_layer::Layer;

use super::refusals::{malformed, too_large};
use super::source::most_pairs;
use crate::error::{ApiError, ApiFuture};
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{MALFORMED_BODY, PAYLOAD_TOO_LARGE, ProblemTypes, Types};

/// A layer that limits the size of request bodies; also a [`Guard`] that can be part of a tuple of
/// guards.
///
/// A body whose declared length is larger is rejected before it is read, with a 413
/// `payload_too_large` that names the limit. A body without a declared length is read up to the
/// limit by every extractor, including axum's own. A handler that takes the raw `Body` has to count
/// for itself.
///
/// Most clients read no response before they have sent the whole body, and if the connection is
/// closed meanwhile it is reset: they would never see the 413. So the rest of a body that this
/// layer or our extractors reject is read and discarded before the response is sent, at most 16 MiB
/// of it and for at most ten seconds. A client that waits for a `100 Continue`, uses HTTP/2 or
/// declares a longer body than that is answered at once. A client that stops sending is waited for,
/// as with any body, until a timeout of the server ends it. When a multipart form is rejected
/// between its parts, or a body by axum's own extractors, the rest is not read.
///
/// Of two layers, the outer one rejects first and the inner one sets what extractors read: so a
/// route can accept less than its router, and a router must allow what the largest of its routes
/// accepts. Without any layer, the limit is axum's, 2 MiB, which is also the default here.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{BodyLimit, Json};
///
/// async fn create(Json(names): Json<Vec<String>>) -> String {
///     names.join(", ")
/// }
///
/// let app: Router = Router::new()
///     .route("/", post(create))
///     .layer(BodyLimit::bytes(64 * 1024));
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct BodyLimit {
    bytes: usize,
}

impl BodyLimit {
    /// Limits bodies to `bytes` bytes.
    pub const fn bytes(bytes: usize) -> Self {
        Self { bytes }
    }

    fn is_exceeded(self, request: &Parts) -> bool {
        let claimed = request.headers.get(header::CONTENT_LENGTH);
        let claimed = claimed.and_then(|length| length.to_str().ok()).unwrap_or_default();
        match claimed.parse::<u64>() {
            Ok(length) => length > self.bytes as u64,
            Err(error) => *error.kind() == IntErrorKind::PosOverflow,
        }
    }

    /// Passes the limit on to the extractors.
    pub(crate) fn note<B>(self, request: &mut Request<B>) {
        DefaultBodyLimit::max(self.bytes).apply(request);
    }

    fn note_head(self, request: &mut Parts) {
        let mut holder = Request::new(());
        mem::swap(holder.extensions_mut(), &mut request.extensions);
        self.note(&mut holder);
        mem::swap(holder.extensions_mut(), &mut request.extensions);
    }
}

impl fmt::Display for BodyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes)
    }
}

/// The default limit is 2 MiB.
impl Default for BodyLimit {
    fn default() -> Self {
        Self::bytes(2 * 1024 * 1024)
    }
}

impl Guard for BodyLimit {
    type Permit = ();

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        if self.is_exceeded(request) {
            return ApiFuture::ready(Err(too_large(Some(self.bytes as u64))));
        }
        self.note_head(request);
        ApiFuture::ready(Ok(()))
    }
}

impl<S> Layer<S> for BodyLimit {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.before(inner)
    }
}

impl ProblemTypes for BodyLimit {
    const TYPES: Types = Types { own: &[&PAYLOAD_TOO_LARGE], others: &[] };
}

/// A layer that limits the number of pairs in a form or a query; also a [`Guard`] that can be part
/// of a tuple of guards.
///
/// Pairs are grouped by their names before a type sees the first one, and `a&a&a` then takes twelve
/// times its size, whether or not it is valid. So a form or a query of more pairs is rejected
/// before it is grouped, with a 400 `malformed_body`. Of two layers the inner one applies. Without
/// any, the limit is the default here, 10,000 pairs.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{Form, PairLimit};
///
/// async fn create(Form(answers): Form<Vec<(String, String)>>) -> String {
///     answers.len().to_string()
/// }
///
/// let app: Router =
///     Router::new().route("/", post(create)).layer(PairLimit::pairs(200));
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct PairLimit {
    pairs: usize,
}

impl PairLimit {
    /// Up to this number, pairs are never grouped and never rejected.
    const FEW: usize = 16;

    /// Rejects forms and queries of more than `pairs` pairs. A limit below 16 becomes 16.
    pub const fn pairs(pairs: usize) -> Self {
        Self { pairs: if pairs < Self::FEW { Self::FEW } else { pairs } }
    }

    /// Checks a form or a query against the limit of its request.
    pub(super) fn check(text: &[u8], extensions: &Extensions) -> Result<(), ApiError> {
        if most_pairs(text) <= Self::FEW {
            return Ok(());
        }
        extensions.get::<Self>().copied().unwrap_or_default().check_text(text)
    }

    /// Checks a form or a query that belongs to no request.
    pub(super) fn check_default(text: &[u8]) -> Result<(), ApiError> {
        Self::default().check_text(text)
    }

    pub(super) fn check_text(self, text: &[u8]) -> Result<(), ApiError> {
        let most = most_pairs(text);
        let count = || text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count();
        if most <= self.pairs || count() <= self.pairs {
            return Ok(());
        }
        Err(malformed(format!("More than {} pairs of a name and a value were sent.", self.pairs)))
    }
}

/// The default limit is 10,000 pairs.
impl Default for PairLimit {
    fn default() -> Self {
        Self::pairs(10_000)
    }
}

impl Guard for PairLimit {
    type Permit = ();

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        request.extensions.insert(*self);
        ApiFuture::ready(Ok(()))
    }
}

impl<S> Layer<S> for PairLimit {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.before(inner)
    }
}

impl ProblemTypes for PairLimit {
    const TYPES: Types = Types { own: &[&MALFORMED_BODY], others: &[] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_have_a_limit_and_empty_ones_do_not_count() {
        let is_fine = |text: &str| PairLimit::check_default(text.as_bytes()).is_ok();
        assert!(is_fine(&"a&".repeat(10_000)));
        assert!(!is_fine(&"a&".repeat(10_001)));
        assert!(is_fine(&"&".repeat(20_000)));
    }

    #[test]
    fn limit_is_settable() {
        let mut extensions = Extensions::new();
        extensions.insert(PairLimit::pairs(20));
        assert!(PairLimit::check("a&".repeat(20).as_bytes(), &extensions).is_ok());
        assert!(PairLimit::check("a&".repeat(21).as_bytes(), &extensions).is_err());
        assert!(PairLimit::check("a&".repeat(21).as_bytes(), &Extensions::new()).is_ok());
        assert_eq!(PairLimit::pairs(0), PairLimit::pairs(16));
    }
}
