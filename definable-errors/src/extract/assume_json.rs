//! Bodies without a content type.

use http::Extensions;
use http::request::Parts;
use tower_layer::Layer;

use crate::error::ApiFuture;
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{ProblemTypes, Types};

/// A layer that lets [`Json`](super::Json) read bodies of requests without a `Content-Type`, for
/// clients that have never sent one; also a [`Guard`] that can be part of a tuple of guards.
///
/// By default such a request is a 415; RFC 9110 §8.3 lets a server assume a type. A `Content-Type`
/// that is wrong, malformed or sent twice is a 415 also with this layer.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{AssumeJson, Json};
/// # use http::{Request, StatusCode};
/// # use tower::ServiceExt;
///
/// async fn count(Json(items): Json<Vec<String>>) -> String {
///     items.len().to_string()
/// }
///
/// let app: Router = Router::new().route("/", post(count)).layer(AssumeJson);
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// let request = Request::post("/").body(axum::body::Body::from("[]")).unwrap();
/// assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::OK);
/// # });
/// ```
///
/// # Cross-site requests
///
/// A page of another site can make a browser send a body without a content type, and its cookies
/// with it, without asking the service first (a preflight). The check of the content type prevents
/// that; so do not use this layer on routes that read a cookie, unless the cookie is `SameSite` or
/// the origin of each request is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct AssumeJson;

impl AssumeJson {
    pub(super) fn is_set(extensions: &Extensions) -> bool {
        extensions.get::<Self>().is_some()
    }
}

impl Guard for AssumeJson {
    type Permit = ();

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        request.extensions.insert(*self);
        ApiFuture::ready(Ok(()))
    }
}

impl<S> Layer<S> for AssumeJson {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.before(inner)
    }
}

/// The layer rejects nothing: it only changes what the extractors of JSON accept.
impl ProblemTypes for AssumeJson {
    const TYPES: Types = Types::EMPTY;
}
