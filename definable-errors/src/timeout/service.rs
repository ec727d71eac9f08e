use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http::request::Parts;
use http_body::Body as HttpBody;
use tower_service::Service;

use super::ResponseFuture;
#[cfg(feature = "stack")]
use super::RouteDeadlines;
use super::limit::Limit;
use super::reading::Reading;
use crate::context::RequestContext;
use crate::error::BoxError;

/// The service of [`Timeout`](super::Timeout).
#[derive(Debug, Clone)]
pub struct TimeoutService<S> {
    inner: S,
    after: Option<Duration>,
    #[cfg(feature = "stack")]
    routes: RouteDeadlines,
}

impl<S> TimeoutService<S> {
    pub(super) fn new(inner: S, after: Option<Duration>) -> Self {
        Self {
            inner,
            after,
            #[cfg(feature = "stack")]
            routes: RouteDeadlines::default(),
        }
    }

    #[cfg(feature = "stack")]
    pub(super) const fn by_route(
        inner: S,
        after: Option<Duration>,
        routes: RouteDeadlines,
    ) -> Self {
        Self { inner, after, routes }
    }

    /// Returns the time that a request of this path may take.
    #[cfg(feature = "stack")]
    fn after(&self, path: &str) -> Option<Duration> {
        self.routes.find(path).or(self.after)
    }

    #[cfg(not(feature = "stack"))]
    const fn after(&self, _path: &str) -> Option<Duration> {
        self.after
    }
}

impl<S, B, R> Service<Request<B>> for TimeoutService<S>
where
    S: Service<Request<Body>, Response = Response<R>>,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    R: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let request = request.map(Body::new);
        let Some(after) = self.after(request.uri().path()) else {
            return ResponseFuture::new(self.inner.call(request), None);
        };
        let (mut parts, body) = request.into_parts();
        let (body, reading) = Reading::of(body);
        let limit = limit(&mut parts, after, reading);
        ResponseFuture::new(self.inner.call(Request::from_parts(parts, body)), limit)
    }
}

/// Returns the earliest deadline that any layer set, or `None` if it is later than an `Instant` can
/// represent.
fn limit(request: &mut Parts, after: Duration, reading: Reading) -> Option<Limit> {
    let context = RequestContext::of(request);
    let started = context.started();
    let at = context.shorten_deadline(started.checked_add(after)?).instant()?;
    Some(Limit { at, after: at - started, reading, version: request.version })
}
