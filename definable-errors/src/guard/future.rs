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
use crate::error::{ApiError, BoxError};

pin_project! {
    /// The response of [`GuardService`](super::GuardService).
    pub struct GuardFuture<S, G, B>
    where
        S: Service<Request<B>>,
        G: Guard,
    {
        guard: G,
        #[pin]
        state: State<S, G, B, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, G: Guard, B, F> {
        Asking { #[pin] admission: G::Admission, admitted: Option<(S, Request<B>)> },
        Draining { #[pin] drain: Drain<B>, refusal: Option<ApiError> },
        Inside { #[pin] response: F, pass: Option<G::Pass> },
    }
}

impl<S: Service<Request<B>>, G: Guard, B> GuardFuture<S, G, B> {
    pub(super) const fn new(
        admission: G::Admission,
        guard: G,
        service: S,
        request: Request<B>,
    ) -> Self {
        let admitted = Some((service, request));
        Self { guard, state: State::Asking { admission, admitted } }
    }
}

impl<S, G, B, R> Future for GuardFuture<S, G, B>
where
    S: Service<Request<B>, Response = Response<R>>,
    G: Guard,
    B: Body,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Asking { admission, admitted } => {
                    let admission = ready!(admission.poll(context));
                    let (mut service, request) =
                        admitted.take().expect("a request is admitted once");
                    let next = match admission {
                        Ok(pass) => {
                            State::Inside { response: service.call(request), pass: Some(pass) }
                        }
                        Err(refusal) => match still_coming(&refusal, request) {
                            Some(drain) => State::Draining { drain, refusal: Some(refusal) },
                            None => return Poll::Ready(Ok(refusal.into_response())),
                        },
                    };
                    this.state.set(next);
                }
                StateProjection::Draining { drain, refusal } => {
                    ready!(drain.poll(context));
                    let refusal = refusal.take().expect("a future is not polled after its answer");
                    return Poll::Ready(Ok(refusal.into_response()));
                }
                StateProjection::Inside { response, pass } => {
                    let response = ready!(response.poll(context))?;
                    let pass = pass.take().expect("a future is not polled after its answer");
                    let (mut parts, body) = response.map(axum::body::Body::new).into_parts();
                    this.guard.leave(pass, &mut parts);
                    return Poll::Ready(Ok(Response::from_parts(parts, body)));
                }
            }
        }
    }
}

/// The body, when it is why the request is refused.
fn still_coming<B: Body>(refusal: &ApiError, request: Request<B>) -> Option<Drain<B>> {
    match refusal.problem().status().as_u16() {
        413 => Drain::unread(request),
        _ => None,
    }
}

impl<S: Service<Request<B>>, G: Guard, B> fmt::Debug for GuardFuture<S, G, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardFuture").finish_non_exhaustive()
    }
}
