//! The service of a stack.

use std::fmt;
use std::task::{Context, Poll};

use axum::body::Body;
use http::Request;
use tower::util::Either;
use tower_service::Service;

use super::prepare_request::PrepareRequest;
use crate::cors::CorsService;
use crate::csrf::Csrf;
use crate::guard::{Exempt, GuardService};
use crate::layer::ApiErrorService;
use crate::timeout::{ConcurrencyLimit, TimeoutService};

/// A single type, so that nothing is boxed between the layers.
pub(super) type Built<S, L> = Either<CorsService<Errors<S, L>>, Errors<S, L>>;

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
