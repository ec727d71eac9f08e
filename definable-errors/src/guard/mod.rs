//! What may refuse a request before a handler sees it, written once.
//!
//! A [`Guard`] looks at the head of a request and admits it or refuses it with an
//! [`ApiError`]. [`layer`] puts it before routes; several go into one tuple, outermost first:
//!
//! ```
//! use std::future::{Ready, ready};
//!
//! use axum::{Router, routing::get};
//! use definable_errors::ApiError;
//! use definable_errors::guard::{self, Guard};
//!
//! /// Refuses everything while the service is being repaired.
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
//! An extractor that refuses, such as one for a login, is put before a whole router by
//! [`from_extractor`]. [`Exempt`] takes paths out; an `Option` of a guard admits everything when it
//! is `None`.

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

/// Admits a request or refuses it.
pub trait Guard: Clone + Send + Sync + 'static {
    /// What an admitted request holds until its response is there: a permit, a decision.
    type Permit: Send + 'static;

    /// The decision; it may take time. [`Admission`] is one for guards that mostly need none.
    type Admission: Future<Output = Result<Self::Permit, ApiError>> + Send;

    /// Decides on the head of a request.
    fn admit(&self, request: &mut request::Parts) -> Self::Admission;

    /// Opens an admission in which the decision already is, so that no request has to be kept for
    /// it. The default lets it be polled.
    ///
    /// # Errors
    ///
    /// The admission, when it has to be polled.
    fn decided(
        admission: Self::Admission,
    ) -> Result<Result<Self::Permit, ApiError>, Self::Admission> {
        Err(admission)
    }

    /// Sees the response on its way out, as with headers that tell what is left of a quota. What
    /// must live as long as the body goes into the extensions.
    ///
    /// Not called when there is no response: the service inside failed, or the client went away. The
    /// pass is then dropped, so what must be given back is given back by its `Drop`.
    fn on_response(&self, pass: Self::Permit, response: &mut response::Parts) {
        let _ = (pass, response);
    }
}
