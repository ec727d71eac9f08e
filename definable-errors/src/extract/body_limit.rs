use std::fmt;
use std::mem;
use std::num::IntErrorKind;

use axum::extract::DefaultBodyLimit;
use http::request::Parts;
use http::{Request, header};
use tower_layer::Layer;

use super::refusals::too_large;
use crate::error::ApiFuture;
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{PAYLOAD_TOO_LARGE, ProblemTypes, Types};

/// How large a body may be: a layer, and a [`Guard`] to stand in a tuple of guards.
///
/// A body that says it is larger is refused by its head, with a 413 `payload_too_large` that names
/// the limit. One that does not say is read up to the limit by every extractor, axum's own too. A
/// handler that takes the raw `Body` counts for itself.
///
/// Most clients read no answer before they have sent all, and a connection that is closed meanwhile
/// is reset: they would never see the 413. So what this layer and our extractors refuse is read on
/// and thrown away before it is answered, 16 MiB of it at most and for ten seconds at most. Who waits
/// for a `100 Continue`, speaks HTTP/2 or says that more will come is answered at once. Who
/// stops sending is waited for, as for any body: until a timeout of the server ends it. What a
/// multipart form is refused for in the midst of its parts, and what axum's own extractors refuse,
/// is not read on.
///
/// Of two, the outer refuses first and the inner sets what extractors read: so a route can take less
/// than its router, and a router must allow what the largest of its routes takes. Without any, the
/// limit is axum's, 2 MiB, as the default here.
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
pub struct BodyLimit {
    bytes: usize,
}

impl BodyLimit {
    /// At most so many bytes.
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

    /// Tells extractors.
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

/// 2 MiB.
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
