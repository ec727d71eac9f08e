use std::task::{Context, Poll};

use http::{Method, Request, Response, header};
use tower_http::cors::{Cors, CorsLayer, ResponseFuture};
use tower_layer::Layer;
use tower_service::Service;

/// The service of [`Cors`](super::Cors).
#[derive(Debug, Clone)]
pub struct CorsService<S> {
    cors: Cors<Restored<S>>,
}

impl<S> CorsService<S> {
    pub(super) fn new(layer: &CorsLayer, inner: S) -> Self {
        Self { cors: layer.layer(Restored(inner)) }
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

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.cors.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // tower-http takes every `OPTIONS` for a preflight: one that is none goes by another name.
        if *request.method() == Method::OPTIONS && !is_preflight(&request) {
            *request.method_mut() = Method::CONNECT;
            request.extensions_mut().insert(NoPreflight);
        }
        self.cors.call(request)
    }
}

/// Fetch, "CORS-preflight request": it comes from a page and asks for a method.
fn is_preflight<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// An `OPTIONS` for the routes.
#[derive(Clone, Copy)]
struct NoPreflight;

/// Gives an `OPTIONS` its name back.
#[derive(Debug, Clone)]
struct Restored<S>(S);

impl<S: Service<Request<B>>, B> Service<Request<B>> for Restored<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        if *request.method() == Method::CONNECT
            && request.extensions_mut().remove::<NoPreflight>().is_some()
        {
            *request.method_mut() = Method::OPTIONS;
        }
        self.0.call(request)
    }
}
