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
        Asking { asking: Box<Asking<S, G, B>> },
        Draining { drain: Pin<Box<Drain<B>>>, refusal: Option<ApiError> },
        Refused { refusal: Option<ApiError> },
        Inside { #[pin] response: F, leaving: Option<(G, G::Permit)> },
    }
}

/// A decision that takes a while, and what it is about.
struct Asking<S, G: Guard, B> {
    admission: ApiFuture<'static, G::Permit>,
    admitted: Option<(S, G, Request<B>)>,
}

impl<S: Service<Request<B>>, G: Guard, B> ResponseFuture<S, G, B> {
    pub(super) fn asking(
        admission: ApiFuture<'static, G::Permit>,
        guard: G,
        service: S,
        request: Request<B>,
    ) -> Self {
        let asking = Asking { admission, admitted: Some((service, guard, request)) };
        Self { state: State::Asking { asking: Box::new(asking) } }
    }

    pub(super) const fn inside(response: S::Future, guard: G, pass: G::Permit) -> Self {
        Self { state: State::inside(response, guard, pass) }
    }
}

impl<S: Service<Request<B>>, G: Guard, B: Body> ResponseFuture<S, G, B> {
    pub(super) fn refused(refusal: ApiError, request: Request<B>) -> Self {
        Self { state: State::refused(refusal, request) }
    }
}

/// A decision, and the guarded request that it applies to.
type Decided<S, G, B> = (Result<<G as Guard>::Permit, ApiError>, (S, G, Request<B>));

impl<S, G: Guard, B> Asking<S, G, B> {
    fn decide(&mut self, cx: &mut Context<'_>) -> Poll<Decided<S, G, B>> {
        let decision = ready!(Pin::new(&mut self.admission).poll(cx));
        Poll::Ready((decision, self.admitted.take().expect(ONCE)))
    }
}

impl<S, G: Guard, B, F> State<S, G, B, F> {
    const fn inside(response: F, guard: G, pass: G::Permit) -> Self {
        Self::Inside { response, leaving: Some((guard, pass)) }
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
                StateProjection::Asking { asking } => {
                    let (decision, admitted) = ready!(asking.decide(cx));
                    let (mut service, guard, request) = admitted;
                    let next = match decision {
                        Ok(pass) => State::inside(service.call(request), guard, pass),
                        Err(refusal) => State::refused(refusal, request),
                    };
                    this.state.set(next);
                }
                StateProjection::Draining { drain, refusal } => {
                    ready!(drain.as_mut().poll(cx));
                    return Poll::Ready(Ok(answer(refusal)));
                }
                StateProjection::Refused { refusal } => return Poll::Ready(Ok(answer(refusal))),
                StateProjection::Inside { response, leaving } => {
                    let response = ready!(response.poll(cx))?;
                    let (guard, pass) = leaving.take().expect(ONCE);
                    let (mut parts, body) = response.map(axum::body::Body::new).into_parts();
                    guard.on_response(pass, &mut parts);
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
