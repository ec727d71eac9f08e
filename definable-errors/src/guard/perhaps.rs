use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{request, response};
use pin_project_lite::pin_project;

use super::Guard;
use crate::error::ApiError;

pin_project! {
    /// The admission of an optional guard, which may be absent.
    pub struct PerhapsAdmission<F> {
        #[pin]
        asked: Option<F>,
    }
}

impl<F> PerhapsAdmission<F> {
    pub(super) const fn of(asked: Option<F>) -> Self {
        Self { asked }
    }

    /// Returns the decision if it is already there; see [`Guard::decided`].
    pub(super) fn decided<G: Guard<Admission = F>>(
        self,
    ) -> Result<Result<Option<G::Permit>, ApiError>, Self> {
        let Some(asked) = self.asked else { return Ok(Ok(None)) };
        match G::decided(asked) {
            Ok(decision) => Ok(decision.map(Some)),
            Err(asked) => Err(Self::of(Some(asked))),
        }
    }
}

impl<F: Future<Output = Result<P, ApiError>>, P> Future for PerhapsAdmission<F> {
    type Output = Result<Option<P>, ApiError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().asked.as_pin_mut() {
            Some(asked) => Poll::Ready(Ok(Some(ready!(asked.poll(cx))?))),
            None => Poll::Ready(Ok(None)),
        }
    }
}

impl<F> fmt::Debug for PerhapsAdmission<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerhapsAdmission").finish_non_exhaustive()
    }
}

/// `None` admits every request.
impl<G: Guard> Guard for Option<G> {
    type Permit = Option<G::Permit>;
    type Admission = PerhapsAdmission<G::Admission>;

    fn admit(&self, request: &mut request::Parts) -> Self::Admission {
        PerhapsAdmission::of(self.as_ref().map(|guard| guard.admit(request)))
    }

    fn decided(
        admission: Self::Admission,
    ) -> Result<Result<Self::Permit, ApiError>, Self::Admission> {
        admission.decided::<G>()
    }

    fn on_response(&self, pass: Self::Permit, response: &mut response::Parts) {
        if let (Some(guard), Some(pass)) = (self, pass) {
            guard.on_response(pass, response);
        }
    }
}
