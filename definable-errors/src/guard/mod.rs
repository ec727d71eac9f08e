//! Guards, which can reject a request before a handler sees it.
//!
//! A [`Guard`] looks at the head of a request and admits it or rejects it with an
//! [`ApiError`](struct@crate::ApiError). [`layer`] puts it before routes; several go into one tuple,
//! outermost first:
//!
//! ```
//! use std::time::Duration;
//!
//! use axum::{Router, routing::get};
//! use definable_errors::ApiError;
//! use definable_errors::error::ApiFuture;
//! use definable_errors::guard::{self, Guard};
//!
//! /// Rejects every request while the service is being repaired.
//! #[derive(Clone)]
//! struct Repairs;
//!
//! impl Guard for Repairs {
//!     type Permit = ();
//!
//!     fn admit(&self, _request: &mut http::request::Parts) -> ApiFuture<'static, ()> {
//!         let ten_minutes = Duration::from_secs(600);
//!         ApiFuture::ready(Err(ApiError::service_unavailable(ten_minutes)))
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
//!
//! A [`RouteGuard`] is an extractor that decides which callers may call a route. It describes them
//! in words and, as [`Security`], in data. A [`RouteTable`] lists all routes of a service with their
//! guards and problems.

mod drain;
mod exempt;
mod extractor;
mod future;
mod route_policy;
mod route_table;
mod security;
mod service;

use http::{request, response};

#[cfg(feature = "extract")]
pub(crate) use self::drain::Drain;
#[cfg(feature = "multipart")]
pub(crate) use self::drain::DrainBound;
pub use self::exempt::Exempt;
#[cfg(any(feature = "rate-limit", feature = "timeout"))]
pub(crate) use self::exempt::ExemptPaths;
pub use self::extractor::{RouteGuard, from_extractor};
pub use self::future::ResponseFuture;
pub use self::route_policy::RoutePolicy;
pub use self::route_table::RouteTable;
pub use self::security::{ApiKeyLocation, Security, SecurityRequirement, SecurityScheme};
pub use self::service::{GuardLayer, GuardService, Guards, layer};
use crate::error::ApiFuture;

/// A check that admits or rejects requests.
pub trait Guard: Clone + Send + Sync + 'static {
    /// What an admitted request holds until its response is ready: a permit, or a decision.
    type Permit: Send + 'static;

    /// Decides on the head of a request. A decision that is ready at once costs no allocation, and the
    /// request need not wait for it.
    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit>;

    /// Modifies the head of the response on its way out, for instance to add headers with the rest
    /// of a quota. Insert into the extensions what must live as long as the body.
    ///
    /// This method is not called if there is no response: the inner service failed, or the client
    /// disconnected. The permit is then dropped, so what must be released is released by its
    /// `Drop`.
    fn on_response(&self, permit: Self::Permit, response: &mut response::Parts) {
        let _ = (permit, response);
    }
}
