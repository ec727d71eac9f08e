//! The service of a stack, and what it stores in each request: the body limit, and a mark of what
//! only looks like a preflight.

use std::fmt;
use std::task::{Context, Poll};

use axum::body::Body;
use http::Request;
use tower::util::Either;
use tower_service::Service;

use crate::context::{UnansweredPreflight, is_preflight};
use crate::cors::CorsService;
use crate::csrf::Csrf;
use crate::extract::BodyLimit;
use crate::guard::{Exempt, GuardService};
use crate::layer::ApiErrorService;
use crate::timeout::{ConcurrencyLimit, TimeoutService};

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

/// A single type, so that nothing is boxed between the layers.
type Built<S, L> = Either<CorsService<Errors<S, L>>, Errors<S, L>>;

pub(super) type Errors<S, L> = ApiErrorService<PrepareRequest<Checked<S, L>>>;

/// Without the check a request is not taken apart for it.
pub(super) type Checked<S, L> = Either<GuardService<Timed<S, L>, Csrf>, Timed<S, L>>;

type Timed<S, L> = TimeoutService<Limited<S, L>>;

type Limited<S, L> = GuardService<GuardService<S, Exempt<L>>, Exempt<Option<ConcurrencyLimit>>>;

/// The service of [`Stack`](super::Stack).
#[derive(Clone)]
pub struct StackService<S, L> {
    built: Built<S, L>,
}

impl<S, L> StackService<S, L> {
    pub(super) const fn new(built: Built<S, L>) -> Self {
        Self { built }
    }
}

impl<S, L> Service<Request<Body>> for StackService<S, L>
where
    Built<S, L>: Service<Request<Body>>,
{
    type Response = <Built<S, L> as Service<Request<Body>>>::Response;
    type Error = <Built<S, L> as Service<Request<Body>>>::Error;
    type Future = <Built<S, L> as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.built.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.built.call(request)
    }
}

impl<S, L> fmt::Debug for StackService<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StackService").finish_non_exhaustive()
    }
}
