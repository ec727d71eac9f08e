//! What a stack stores in each request: the body limit, and a mark of what only looks like a
//! preflight.

use std::task::{Context, Poll};

use axum::body::Body;
use http::Request;
use tower_service::Service;

use crate::context::{UnansweredPreflight, is_preflight};
use crate::extract::BodyLimit;

/// Stores the body limit in each request, for the code that reads the body. It rejects nothing: an
/// unknown route is a 404 whatever the client sends.
///
/// It also marks requests that only look like preflights: the CORS layer of the stack, or one
/// outside the stack, would have answered a real preflight.
///
/// It cannot be private: the response and the future of [`StackService`](super::StackService) are
/// those of a type that contains it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct PrepareRequest<S> {
    inner: S,
    limit: Option<BodyLimit>,
}

impl<S> PrepareRequest<S> {
    pub(super) const fn new(inner: S, limit: Option<BodyLimit>) -> Self {
        Self { inner, limit }
    }
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for PrepareRequest<S> {
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
