//! What pages of other origins may read: CORS, with errors too.
//!
//! ```
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::cors::Cors;
//!
//! # fn main() -> Result<(), definable_errors::cors::OriginError> {
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(ApiErrorLayer::new())
//!     .layer(Cors::origins(["https://app.example.com"])?.credentials());
//! # let _ = app;
//! # Ok(())
//! # }
//! ```
//!
//! Without the right headers a browser hides an error from the page that caused it: what its author
//! sees is "CORS error". So put [`Cors`] outside of [`ApiErrorLayer`](crate::ApiErrorLayer) and of
//! everything else that may answer; every answer then bears the same headers, whoever made it.
//!
//! * A preflight is answered here: no guard, limit or handler sees it. An `OPTIONS` that is no
//!   preflight goes on to the routes.
//! * `Vary: Origin` stands on every response whose headers depend on the origin, also on those to
//!   requests without one.
//! * Pages may read the headers that tell of ids, waits, limits, challenges and deprecation: they are
//!   exposed by name, since `*` means nothing with credentials.
//!
//! # Who may read with credentials
//!
//! | made by | who | credentials |
//! |---|---|---|
//! | [`Cors::origins`] | the origins named | on demand: [`credentials`](Cors::credentials) |
//! | … and [`null_origin`](Cors::null_origin) | those, and pages without an origin | never |
//! | [`Cors::any_origin`] | everybody | never |
//! | [`Cors::development`] | pages on this machine and its network | yes |
//!
//! "Never" is a type: there is no method to call.
//!
//! ```compile_fail
//! definable_errors::cors::Cors::any_origin().credentials();
//! ```

#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod cors;
mod local;
mod names;
mod origin;
mod origins;
mod policy;
mod service;

pub use self::cors::Cors;
pub use self::origin::OriginError;
pub use self::origins::{AnyOrigin, CredentialedOrigins, OriginList};
pub use self::service::CorsService;
