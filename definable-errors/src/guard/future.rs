//! The future of a guarded request: the decision of the guard, then the response of the service.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::Request;
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::Guard;
use super::drain::Drain;
use crate::error::{ApiError, ApiFuture, BoxError};

const ONCE: &str = "a future is not polled after its answer";

pin_project! {
    /// The response future of [`GuardService`](super::GuardService).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, G, B>
    where
        S: Service<Request<B>>,
        G: Guard,
    {
        #[pin]
        state: State<S, G, B, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    // Only a request that has to wait is boxed, because the future is moved about with every
    // request.
    enum State<S, G: Guard, B, F> {
        Deciding { deciding: Box<Deciding<S, G, B>> },
        Draining { drain: Pin<Box<Drain<B>>>, refusal: Option<ApiError> },
        Refused { refusal: Option<ApiError> },
        Running { #[pin] response: F, permit: Option<(G, G::Permit)> },
    }
}

/// A decision that takes a while, and what it is about.
struct Deciding<S, G: Guard, B> {
    admission: ApiFuture<'static, G::Permit>,
    guarded: Option<(S, G, Request<B>)>,
}

impl<S: Service<Request<B>>, G: Guard, B> ResponseFuture<S, G, B> {
    pub(super) fn deciding(
        admission: ApiFuture<'static, G::Permit>,
        guard: G,
        service: S,
        request: Request<B>,
    ) -> Self {
        let deciding = Deciding { admission, guarded: Some((service, guard, request)) };
        Self { state: State::Deciding { deciding: Box::new(deciding) } }
    }

    pub(super) const fn running(response: S::Future, guard: G, permit: G::Permit) -> Self {
        Self { state: State::running(response, guard, permit) }
    }
}

impl<S: Service<Request<B>>, G: Guard, B: Body> ResponseFuture<S, G, B> {
    pub(super) fn refused(refusal: ApiError, request: Request<B>) -> Self {
        Self { state: State::refused(refusal, request) }
    }
}

/// A decision, and the guarded request that it applies to.
type Decided<S, G, B> = (Result<<G as Guard>::Permit, ApiError>, (S, G, Request<B>));

impl<S, G: Guard, B> Deciding<S, G, B> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Decided<S, G, B>> {
        let decision = ready!(Pin::new(&mut self.admission).poll(cx));
        Poll::Ready((decision, self.guarded.take().expect(ONCE)))
    }
}

impl<S, G: Guard, B, F> State<S, G, B, F> {
    const fn running(response: F, guard: G, permit: G::Permit) -> Self {
        Self::Running { response, permit: Some((guard, permit)) }
    }
}

impl<S, G: Guard, B: Body, F> State<S, G, B, F> {
    fn refused(refusal: ApiError, request: Request<B>) -> Self {
        let drain = match refusal.problem().status().as_u16() {
            // If the body is the reason for the rejection, it is drained.
            413 => Drain::unread(request).map(Box::pin),
            _ => None,
        };
        match drain {
            Some(drain) => Self::Draining { drain, refusal: Some(refusal) },
            None => Self::Refused { refusal: Some(refusal) },
        }
    }
}

impl<S, G, B, R> Future for ResponseFuture<S, G, B>
where
    S: Service<Request<B>, Response = Response<R>>,
    G: Guard,
    B: Body,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Deciding { deciding } => {
                    let (decision, guarded) = ready!(deciding.poll(cx));
                    let (mut service, guard, request) = guarded;
                    let next = match decision {
                        Ok(permit) => State::running(service.call(request), guard, permit),
                        Err(refusal) => State::refused(refusal, request),
                    };
                    this.state.set(next);
                }
                StateProjection::Draining { drain, refusal } => {
                    ready!(drain.as_mut().poll(cx));
                    return Poll::Ready(Ok(answer(refusal)));
                }
                StateProjection::Refused { refusal } => return Poll::Ready(Ok(answer(refusal))),
                StateProjection::Running { response, permit } => {
                    let response = ready!(response.poll(cx))?;
                    let (guard, permit) = permit.take().expect(ONCE);
                    let (mut parts, body) = response.map(axum::body::Body::new).into_parts();
                    guard.on_response(permit, &mut parts);
                    return Poll::Ready(Ok(Response::from_parts(parts, body)));
                }
            }
        }
    }
}

fn answer(refusal: &mut Option<ApiError>) -> Response {
    refusal.take().expect(ONCE).into_response()
}

impl<S: Service<Request<B>>, G: Guard, B> fmt::Debug for ResponseFuture<S, G, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
