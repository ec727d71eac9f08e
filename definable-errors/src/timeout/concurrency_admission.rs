use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::concurrency_limit::PlaceInQueue;
use crate::error::ApiError;

/// A place among the requests at work; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    _place: OwnedSemaphorePermit,
}

impl Permit {
    pub(super) const fn new(place: OwnedSemaphorePermit) -> Self {
        Self { _place: place }
    }
}

/// The admission of [`ConcurrencyLimit`](super::ConcurrencyLimit).
pub struct ConcurrencyAdmission(State);

enum State {
    Decided(Option<Result<Permit, ApiError>>),
    // Only those who wait pay for a box.
    Queued(Pin<Box<dyn Future<Output = Result<Permit, ApiError>> + Send>>),
}

impl ConcurrencyAdmission {
    pub(super) const fn now(decision: Result<Permit, ApiError>) -> Self {
        Self(State::Decided(Some(decision)))
    }

    pub(super) fn queued(place: PlaceInQueue, patience: Duration) -> Self {
        Self(State::Queued(Box::pin(wait(place, patience))))
    }
}

async fn wait(place: PlaceInQueue, patience: Duration) -> Result<Permit, ApiError> {
    let turn = place.0.free.clone().acquire_owned();
    match tokio::time::timeout(patience, turn).await {
        Ok(Ok(permit)) => Ok(Permit::new(permit)),
        _ => Err(place.0.overloaded()),
    }
}

impl Future for ConcurrencyAdmission {
    type Output = Result<Permit, ApiError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Decided(decision) => {
                Poll::Ready(decision.take().expect("a future is not polled after its answer"))
            }
            State::Queued(turn) => turn.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for ConcurrencyAdmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConcurrencyAdmission").finish_non_exhaustive()
    }
}
