use std::task::{Context, Poll};

use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::{Guard, Guards, ResponseFuture};
use crate::error::BoxError;
use crate::problem::{ProblemTypes, Types};

/// Creates a layer from a guard, or from a tuple of guards, outermost first.
pub const fn layer<G: Clone>(guards: G) -> GuardLayer<G> {
    GuardLayer { guards }
}

/// A layer that puts a [`Guard`] before a service; see [`layer`].
#[derive(Debug, Clone, Copy)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct GuardLayer<G> {
    guards: G,
}

impl<S, G: Guards<S> + Clone> Layer<S> for GuardLayer<G> {
    type Service = G::Service;

    fn layer(&self, inner: S) -> Self::Service {
        self.guards.clone().before(inner)
    }
}

impl<G: Guard + ProblemTypes> ProblemTypes for GuardLayer<G> {
    const TYPES: Types = G::TYPES;
}

macro_rules! tuples {
    ($first:ident) => {};
    ($first:ident $($rest:ident)+) => {
        impl<$first: ProblemTypes, $($rest: ProblemTypes),+> ProblemTypes
            for GuardLayer<($first, $($rest),+)>
        {
            const TYPES: Types = Types { own: &[], others: &[$first::TYPES, $($rest::TYPES),+] };
        }

        tuples!($($rest)+);
    };
}

tuples!(A B C D E F);

/// The service of [`GuardLayer`].
#[derive(Debug, Clone, Copy)]
pub struct GuardService<S, G> {
    inner: S,
    guard: G,
}

impl<S, G> GuardService<S, G> {
    pub(super) const fn new(inner: S, guard: G) -> Self {
        Self { inner, guard }
    }
}

impl<S, G, B, R> Service<Request<B>> for GuardService<S, G>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    G: Guard,
    B: Body,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, G, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let admission = self.guard.admit(&mut parts);
        let guard = self.guard.clone();
        match admission.into_ready() {
            Ok(Ok(pass)) => {
                let response = self.inner.call(Request::from_parts(parts, body));
                ResponseFuture::inside(response, guard, pass)
            }
            Ok(Err(refusal)) => ResponseFuture::refused(refusal, Request::from_parts(parts, body)),
            Err(admission) => {
                // The service that was polled ready has to be the one that is called; its clone
                // takes its place and is polled for the next request.
                let next = self.inner.clone();
                let ready = std::mem::replace(&mut self.inner, next);
                ResponseFuture::asking(admission, guard, ready, Request::from_parts(parts, body))
            }
        }
    }
}
