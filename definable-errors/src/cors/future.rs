use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderMap, HeaderValue, Response};
use pin_project_lite::pin_project;

use super::policy::Policy;

pin_project! {
    /// The response of [`CorsService`](super::CorsService).
    pub struct CorsFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Preflight { headers: Option<HeaderMap> },
        Inside { #[pin] response: F, origin: Option<HeaderValue>, policy: Arc<Policy> },
    }
}

impl<F> CorsFuture<F> {
    pub(super) const fn preflight(headers: HeaderMap) -> Self {
        Self { state: State::Preflight { headers: Some(headers) } }
    }

    pub(super) const fn inside(
        response: F,
        origin: Option<HeaderValue>,
        policy: Arc<Policy>,
    ) -> Self {
        Self { state: State::Inside { response, origin, policy } }
    }
}

impl<F, R, E> Future for CorsFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(match self.project().state.project() {
            StateProjection::Preflight { headers } => {
                let mut response = Response::new(R::default());
                *response.headers_mut() =
                    headers.take().expect("a future is not polled after its answer");
                response
            }
            StateProjection::Inside { response, origin, policy } => {
                let mut response = ready!(response.poll(context))?;
                policy.write(origin.take(), response.headers_mut());
                response
            }
        }))
    }
}

impl<F> fmt::Debug for CorsFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsFuture").finish_non_exhaustive()
    }
}
