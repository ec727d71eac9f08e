//! Values that a layer inserts into a request or a response.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::request::Parts;
use tower_layer::Layer;

use super::input::wrapper;
use super::refusals::misconfigured;
use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, ProblemTypes, Types};

/// A value that a layer inserted into the request, as with `axum::Extension`; also that layer, and
/// a part of a response.
///
/// A missing value is a 500 `internal_error`: the client learns nothing, and the name of the type
/// is noted for operators. `Option<Extension<T>>` is `None` instead.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::extract::Extension;
///
/// #[derive(Clone)]
/// struct Greeting(&'static str);
///
/// async fn greet(Extension(greeting): Extension<Greeting>) -> &'static str {
///     greeting.0
/// }
///
/// let app: Router = Router::new()
///     .route("/", get(greet))
///     .layer(Extension(Greeting("hello")));
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Extension<T>(pub T);

wrapper!(Extension);

impl<T, S> FromRequestParts<S> for Extension<T>
where
    T: Clone + Send + Sync + 'static,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let found = parts.extensions.get().cloned().map(Self);
        found.ok_or_else(|| misconfigured::<T>("Extension", "add `.layer(Extension(…))`"))
    }
}

impl<T, S> OptionalFromRequestParts<S> for Extension<T>
where
    T: Clone + Send + Sync + 'static,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned().map(Self))
    }
}

impl<T: Clone + Send + Sync + 'static> IntoResponseParts for Extension<T> {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.extensions_mut().insert(self.0);
        Ok(parts)
    }
}

impl<T: Clone + Send + Sync + 'static> IntoResponse for Extension<T> {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

impl<S, T> Layer<S> for Extension<T>
where
    T: Clone + Send + Sync + 'static,
{
    type Service = <axum::Extension<T> as Layer<S>>::Service;

    fn layer(&self, inner: S) -> Self::Service {
        axum::Extension(self.0.clone()).layer(inner)
    }
}

impl<T> ProblemTypes for Extension<T> {
    const TYPES: Types = Types { own: &[&INTERNAL_ERROR], others: &[] };
}
