//! Guards in front of a service: one, or a tuple of several.

use std::task::{Context, Poll};

use axum::response::Response;
use bytes::Bytes;
use http::{Request, request, response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::{Guard, ResponseFuture};
use crate::error::{ApiFuture, BoxError};
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
            Ok(Ok(permit)) => {
                let response = self.inner.call(Request::from_parts(parts, body));
                ResponseFuture::running(response, guard, permit)
            }
            Ok(Err(refusal)) => ResponseFuture::refused(refusal, Request::from_parts(parts, body)),
            Err(admission) => {
                // The service that was polled ready has to be the one that is called; its clone
                // takes its place and is polled for the next request.
                let next = self.inner.clone();
                let ready = std::mem::replace(&mut self.inner, next);
                ResponseFuture::deciding(admission, guard, ready, Request::from_parts(parts, body))
            }
        }
    }
}

/// A guard, or a tuple of up to six, outermost first: a guard is called only if the one before it
/// admitted the request.
pub trait Guards<S> {
    /// The service with the guards in front of it.
    type Service;

    /// Puts the guards in front of a service.
    fn before(self, inner: S) -> Self::Service;
}

impl<S, G: Guard> Guards<S> for G {
    type Service = GuardService<S, G>;

    fn before(self, inner: S) -> Self::Service {
        GuardService::new(inner, self)
    }
}

/// Expands to a single guard as it is, and to several as a tuple.
macro_rules! nested {
    ($one:ident) => { $one };
    ($($several:ident)+) => { ($($several),+) };
}

macro_rules! tuples {
    ($first:ident) => {};
    ($first:ident $($rest:ident)+) => {
        impl<S, $first: Guard, $($rest: Guard),+> Guards<S> for ($first, $($rest),+)
        where
            nested!($($rest)+): Guards<S>,
        {
            type Service = GuardService<<nested!($($rest)+) as Guards<S>>::Service, $first>;

            #[expect(non_snake_case, reason = "the guards are named like their types")]
            fn before(self, inner: S) -> Self::Service {
                let ($first, $($rest),+) = self;
                GuardService::new(nested!($($rest)+).before(inner), $first)
            }
        }

        tuples!($($rest)+);
    };
}

tuples!(A B C D E F);

/// `None` admits every request.
impl<G: Guard> Guard for Option<G> {
    type Permit = Option<G::Permit>;

    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        match self {
            Some(guard) => guard.admit(request).map(Some),
            None => ApiFuture::ready(Ok(None)),
        }
    }

    fn on_response(&self, permit: Self::Permit, response: &mut response::Parts) {
        if let (Some(guard), Some(permit)) = (self, permit) {
            guard.on_response(permit, response);
        }
    }
}
