//! The layer that limits how long a request may take, and its service.

use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http::request::Parts;
use http_body::Body as HttpBody;
use tower_layer::Layer;
use tower_service::Service;

use super::ResponseFuture;
#[cfg(feature = "stack")]
use super::RouteDeadlines;
use super::future::Limit;
use super::reading::Reading;
use crate::context::RequestContext;
use crate::error::BoxError;
use crate::problem::{DEADLINE_EXCEEDED, ProblemTypes, REQUEST_TIMEOUT, Types};

/// A layer that limits how long a request may take until the head of its response is ready; see the
/// [module](crate::timeout) for details.
///
/// The time counts from the arrival of the request, which is when the outermost layer of this crate
/// received it. If there are several deadlines the earliest applies, wherever its layer is: an
/// inner one can only shorten the time.
///
/// ```
/// use std::time::Duration;
///
/// use axum::{Router, routing::get};
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::timeout::Timeout;
///
/// let app: Router = Router::new()
///     .route("/search", get(|| async { "found" }).layer(Timeout::new(Duration::from_secs(2))))
///     .layer(Timeout::new(Duration::from_secs(10)))
///     .layer(ApiErrorLayer::new());
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Timeout {
    duration: Option<Duration>,
}

impl Timeout {
    /// Limits how long a request may take to `timeout`.
    pub const fn new(timeout: Duration) -> Self {
        Self { duration: Some(timeout) }
    }

    /// Sets no deadline, for a setting that may be absent.
    pub const fn none() -> Self {
        Self { duration: None }
    }

    /// Returns the time that a request may take, or `None` if it is not limited.
    pub const fn duration(self) -> Option<Duration> {
        self.duration
    }

    /// Returns the service that limits requests to the deadline of their route, and all others to
    /// this one.
    #[cfg(feature = "stack")]
    pub(crate) const fn service_by_route<S>(
        self,
        inner: S,
        routes: RouteDeadlines,
    ) -> TimeoutService<S> {
        TimeoutService { inner, after: self.duration, routes }
    }
}

impl<S> Layer<S> for Timeout {
    type Service = TimeoutService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TimeoutService::new(inner, self.duration)
    }
}

impl ProblemTypes for Timeout {
    const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED, &REQUEST_TIMEOUT], others: &[] };
}

/// The service of [`Timeout`](super::Timeout).
#[derive(Debug, Clone)]
pub struct TimeoutService<S> {
    inner: S,
    after: Option<Duration>,
    #[cfg(feature = "stack")]
    routes: RouteDeadlines,
}

impl<S> TimeoutService<S> {
    fn new(inner: S, after: Option<Duration>) -> Self {
        Self {
            inner,
            after,
            #[cfg(feature = "stack")]
            routes: RouteDeadlines::default(),
        }
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
