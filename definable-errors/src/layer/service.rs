use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http_body::Body;
use tower_service::Service;

use super::ResponseFuture;
use super::settings::Settings;
use super::watch::Watch;
use crate::error::BoxError;

/// The service of [`ApiErrorLayer`](super::ApiErrorLayer).
///
/// It never fails: what the service inside it fails with becomes a response.
#[derive(Debug)]
pub struct ApiErrorService<S> {
    inner: S,
    settings: Arc<Settings>,
    /// The service inside was not ready and never will be; the next request learns why.
    failed: Option<BoxError>,
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
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.failed.is_none() {
            match self.inner.poll_ready(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(result) => self.failed = result.map_err(Into::into).err(),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (watch, request) = Watch::begin(request, &self.settings);
        if let Some(error) = self.failed.take() {
            return ResponseFuture::failed(error, watch);
        }
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) {
            Ok(future) => ResponseFuture::running(future, watch),
            Err(payload) => ResponseFuture::panicked(payload, watch),
        }
    }
}
