use std::task::{Context, Poll};

use axum::body::Body;
use http::Request;
use tower_service::Service;

use crate::extract::BodyLimit;

/// Tells whoever reads the body how much it may be. It refuses nothing: an unknown route is a 404
/// whatever the client sends.
#[derive(Debug, Clone, Copy)]
pub struct NotedLimit<S> {
    inner: S,
    limit: Option<BodyLimit>,
}

impl<S> NotedLimit<S> {
    pub(super) const fn new(inner: S, limit: Option<BodyLimit>) -> Self {
        Self { inner, limit }
    }
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for NotedLimit<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> S::Future {
        if let Some(limit) = self.limit {
            limit.note(&mut request);
        }
        self.inner.call(request)
    }
}
