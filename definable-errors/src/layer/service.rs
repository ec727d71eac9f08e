//! The service of the layer, which prepares each request and never fails.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http_body::Body;
use tower_service::Service;

use super::settings::Settings;
use super::span::Span;
use super::watch::Watch;
use super::{ResponseFuture, panic};
use crate::error::{ApiError, BoxError, from_box};

/// The service of [`ApiErrorLayer`](super::ApiErrorLayer).
///
/// It never fails: an error of the inner service becomes a response.
#[derive(Debug)]
pub struct ApiErrorService<S> {
    inner: S,
    settings: Arc<Settings>,
    /// The inner service failed to become ready and never will; the next request gets this error.
    failed: Option<ApiError>,
}

impl<S> ApiErrorService<S> {
    pub(super) const fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings, failed: None }
    }
}

impl<S: Clone> Clone for ApiErrorService<S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.settings.clone())
    }
}

impl<S, B, R> Service<Request<B>> for ApiErrorService<S>
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>>,
    B: 'static,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.failed.is_none() {
            match catch_unwind(AssertUnwindSafe(|| self.inner.poll_ready(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(Ok(()))) => {}
                Ok(Poll::Ready(Err(error))) => self.failed = Some(from_box(error.into())),
                Err(payload) => self.failed = Some(panic::error(payload)),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let mut watch = Watch::begin(&mut request, &self.settings);
        let span = match self.settings.request_span {
            Some(settings) if Span::may_open() => Some(watch.open(settings)),
            _ => None,
        };
        let _entered = span.as_ref().and_then(Span::enter);
        if let Some(span) = &span {
            span.note_trace(&watch.context);
        }
        if watch.captures() {
            let (captured, answer) = watch.capture(request);
            if let Some(response) = answer {
                return ResponseFuture::intercepted(response, watch);
            }
            request = captured;
        }
        if let Some(error) = self.failed.take() {
            return ResponseFuture::failed(error, watch);
        }
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) {
            Ok(future) => ResponseFuture::running(future, watch),
            Err(payload) => ResponseFuture::failed(panic::error(payload), watch),
        }
    }
}
