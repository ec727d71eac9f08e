use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Request, Response, header};
use tower_service::Service;

use super::CorsFuture;
use super::policy::Policy;

/// The service of [`Cors`](super::Cors).
#[derive(Debug, Clone)]
pub struct CorsService<S> {
    inner: S,
    // Shared: a router clones its services for every request.
    policy: Arc<Policy>,
}

impl<S> CorsService<S> {
    pub(super) const fn new(inner: S, policy: Arc<Policy>) -> Self {
        Self { inner, policy }
    }
}

impl<S, B, R> Service<Request<B>> for CorsService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = CorsFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if is_preflight(&request) {
            let (request, _) = request.into_parts();
            return CorsFuture::preflight(self.policy.preflight(&request));
        }
        let origin = self.policy.allowed_origin(request.headers().get(header::ORIGIN));
        CorsFuture::inside(self.inner.call(request), origin, self.policy.clone())
    }
}

/// Fetch, "CORS-preflight request": it comes from a page and asks for a method. Any other `OPTIONS`
/// is for the routes.
fn is_preflight<B>(request: &Request<B>) -> bool {
    *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
