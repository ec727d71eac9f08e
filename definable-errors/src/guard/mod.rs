//! Guards, which can reject a request before a handler sees it.
//!
//! A [`Guard`] looks at the head of a request and admits it or rejects it with an [`ApiError`].
//! [`layer`] puts it before routes; several go into one tuple, outermost first:
//!
//! ```
//! use std::future::{Ready, ready};
//!
//! use axum::{Router, routing::get};
//! use definable_errors::ApiError;
//! use definable_errors::guard::{self, Guard};
//!
//! /// Rejects every request while the service is being repaired.
//! #[derive(Clone)]
//! struct Repairs;
//!
//! impl Guard for Repairs {
//!     type Permit = ();
//!     type Admission = Ready<Result<(), ApiError>>;
//!
//!     fn admit(&self, _request: &mut http::request::Parts) -> Self::Admission {
//!         ready(Err(ApiError::service_unavailable(std::time::Duration::from_secs(600))))
//!     }
//! }
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(guard::layer(Repairs));
//! # let _ = app;
//! ```
//!
//! [`from_extractor`] puts an extractor that rejects, such as one for a login, before a whole
//! router. [`Exempt`] excludes paths; an `Option` of a guard admits everything if it is `None`.

mod admission;
mod drain;
mod exempt;
mod extractor;
mod future;
mod guards;
mod perhaps;
mod service;

use http::{request, response};

pub use self::admission::Admission;
#[cfg(feature = "extract")]
pub(crate) use self::drain::Drain;
pub use self::exempt::Exempt;
pub use self::extractor::{RouteGuard, from_extractor};
pub use self::future::GuardFuture;
pub use self::guards::Guards;
pub use self::perhaps::PerhapsAdmission;
pub use self::service::{GuardLayer, GuardService, layer};
use crate::error::ApiError;

/// Admits or rejects requests.
pub trait Guard: Clone + Send + Sync + 'static {
    /// What an admitted request holds until its response is ready: a permit, or a decision.
    type Permit: Send + 'static;

    /// The future of the decision. [`Admission`] is one for guards that mostly decide immediately.
    type Admission: Future<Output = Result<Self::Permit, ApiError>> + Send;

    /// Decides on the head of a request.
    fn admit(&self, request: &mut request::Parts) -> Self::Admission;

    /// Returns the decision if the admission already has it, so that no request has to be stored in
    /// a future. The default implementation returns the admission, to be polled.
    ///
    /// # Errors
    ///
    /// Returns the admission if it has to be polled.
    fn decided(
        admission: Self::Admission,
    ) -> Result<Result<Self::Permit, ApiError>, Self::Admission> {
        Err(admission)
    }

    /// Modifies the head of the response on its way out, for instance to add headers with the rest
    /// of a quota. Insert into the extensions what must live as long as the body.
    ///
    /// This method is not called if there is no response: the inner service failed, or the client
    /// disconnected. The permit is then dropped, so what must be released is released by its
    /// `Drop`.
    fn on_response(&self, pass: Self::Permit, response: &mut response::Parts) {
        let _ = (pass, response);
    }
}
