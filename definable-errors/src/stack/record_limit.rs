//! The body limit of a stack, as it reaches the code that reads bodies.

use std::task::{Context, Poll};

use axum::body::Body;
use http::Request;
use tower_service::Service;

use crate::context::{UnansweredPreflight, is_preflight};
use crate::extract::BodyLimit;

/// A service that stores the body limit in each request, for the code that reads the body. It
/// rejects nothing: an unknown route is a 404 whatever the client sends.
///
/// It also marks requests that only look like preflights: the CORS layer of the stack, or one
/// outside the stack, would have answered a real preflight.
///
/// It cannot be private: the response and the future of [`StackService`](super::StackService) are
/// those of a type that contains it.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct RecordLimit<S> {
    inner: S,
    limit: Option<BodyLimit>,
}

impl<S> RecordLimit<S> {
    pub(super) const fn new(inner: S, limit: Option<BodyLimit>) -> Self {
        Self { inner, limit }
    }
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for RecordLimit<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> S::Future {
        if let Some(limit) = self.limit {
            limit.note(&mut request);
        }
        if is_preflight(request.method(), request.headers()) {
            request.extensions_mut().insert(UnansweredPreflight);
        }
        self.inner.call(request)
    }
}
