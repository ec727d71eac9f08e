//! CORS: what pages of other origins may read, errors included.
//!
//! ```
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::cors::Cors;
//!
//! # fn main() -> Result<(), definable_errors::context::OriginError> {
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(ApiErrorLayer::new())
//!     .layer(Cors::origins(["https://app.example.com"])?.credentials());
//! # let _ = app;
//! # Ok(())
//! # }
//! ```
//!
//! Without the right headers a browser hides an error from the page that caused it: the developer
//! of the page only sees "CORS error". So put [`Cors`] outside
//! [`ApiErrorLayer`](crate::ApiErrorLayer) and everything else that may respond; every response
//! then has the same headers, whichever layer created it.
//!
//! * A preflight is answered by this layer: no guard, limit or handler sees it. An `OPTIONS`
//!   request that is not a preflight is passed on to the routes.
//! * Every response whose headers depend on the origin has `Vary: Origin`, also if the request has
//!   no origin.
//! * Pages may read the headers for ids, waits, limits, challenges and deprecation: they are
//!   exposed by name, since `*` is not a wildcard for requests with credentials.
//!
//! CORS decides who reads responses. It does not keep other pages from sending a form with the user's
//! cookies; that is what the module `csrf` is for.
//!
//! # Origins and credentials
//!
//! | constructor | allowed pages | credentials |
//! |---|---|---|
//! | [`Cors::origins`] | those of the given origins | with [`credentials`](Cors::credentials) |
//! | … and [`null_origin`](Cors::null_origin) | those, and pages without an origin | never |
//! | [`Cors::any_origin`] | all | never |
//! | [`Cors::development`] | pages on this machine and its network | yes |
//!
//! "Never" is enforced by the type: there is no method to call.
//!
//! ```compile_fail
//! definable_errors::cors::Cors::any_origin().credentials();
//! ```

#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod cors;
mod policy;
mod service;

pub use self::cors::{AnyOrigin, Cors, CredentialedOrigins, OriginList};
pub use self::service::CorsService;
