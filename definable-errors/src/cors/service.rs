//! The service that answers preflights, and adds the headers of CORS to all other responses.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Request, Response};
use tower::service_fn;
use tower_http::cors::ResponseFuture;
use tower_layer::Layer;
use tower_service::Service;

use super::policy::Policy;
use crate::context::is_preflight;

/// The service of [`Cors`](super::Cors).
#[derive(Debug, Clone)]
pub struct CorsService<S> {
    inner: S,
    // Shared, because a router clones its services for every request.
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
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // tower-http treats every `OPTIONS` request as a preflight, so one that is not a preflight
        // passes it with another method.
        let is_for_the_routes = *request.method() == Method::OPTIONS
            && !is_preflight(request.method(), request.headers());
        if is_for_the_routes {
            *request.method_mut() = Method::GET;
        }
        let inner = service_fn(|mut request: Request<B>| {
            if is_for_the_routes {
                *request.method_mut() = Method::OPTIONS;
            }
            self.inner.call(request)
        });
        self.policy.layer.layer(inner).call(request)
    }
}
