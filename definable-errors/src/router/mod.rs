//! A router that does not compile without a guard for every route.
//!
//! A [`GuardedRouter`] takes handlers whose first argument is a guard: an extractor that decides
//! which callers may proceed, such as `rbac::Require`, `auth::Authenticated`, or [`Public`] for
//! routes that are open on purpose. Any other handler does not compile, so no route is open by
//! accident; and as axum runs extractors in order, a 401 or 403 is returned before any error about
//! the body.
//!
#![cfg_attr(feature = "auth", doc = "```")]
#![cfg_attr(not(feature = "auth"), doc = "```ignore")]
//! use std::sync::Arc;
//!
//! use axum::Router;
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::auth::{Authenticated, Verify};
//! use definable_errors::router::{GuardedRouter, Public};
//! # use definable_errors::auth::Principal;
//! # use definable_errors::context::Subject;
//! # struct User;
//! # impl Principal for User {
//! #     fn subject(&self) -> Subject {
//! #         Subject::user("ada")
//! #     }
//! # }
//!
//! async fn health(_: Public) -> &'static str {
//!     "ok"
//! }
//!
//! async fn me(user: Authenticated<User>) -> String {
//!     user.subject().to_string()
//! }
//!
//! async fn rename(_: Authenticated<User>, name: String) {
//!     # let _ = name;
//! }
//!
//! fn routes() -> GuardedRouter<Arc<dyn Verify<User>>> {
//!     GuardedRouter::new()
//!         .get("/health", health)
//!         .nest("/users", GuardedRouter::new().get("/me", me).put("/me", rename))
//!         .raw(Router::new(), "the documentation is public")
//! }
//!
//! // Reviewed like code: a snapshot shows which callers may call what.
//! assert_eq!(
//!     routes().table().to_string(),
//!     "\
//! GET  /health    public
//! GET  /users/me  authenticated
//! PUT  /users/me  authenticated
//! *    /{*raw}    raw: the documentation is public
//! "
//! );
//!
//! fn app(verifier: Arc<dyn Verify<User>>) -> Router {
//!     routes().into_router().layer(ApiErrorLayer::new()).with_state(verifier)
//! }
//! # let _ = app;
//! ```
//!
//! Anything that is not a handler with a guard, such as a service for files or another crate's
//! router, is added with [`GuardedRouter::raw`], and the table shows the reason. An unknown path is
//! still a 404, and a wrong method a 405, for all callers: no guard runs there.
//!
//! The routes record that they matched, so that the 404 of a handler is `not_found` and never
//! `route_not_found`, even if the router is nested with `nest_service` or the layer is around it. A
//! 405 that a handler returns gets an `Allow` header with the methods of its path, unless it
//! already has one.
//!
//! A guard of your own is an extractor that implements [`RouteGuard`](crate::guard::RouteGuard) and
//! [`ProblemTypes`](crate::problem::ProblemTypes).

#[cfg(feature = "axum-extra")]
mod axum_extra_types;
mod axum_types;
mod documented;
mod guarded_router;
mod handler;
mod matched;
mod methods;
mod output;
mod public;
mod routes;

pub use self::documented::{Documented, DocumentedLayer, Undocumented, documented, undocumented};
pub use self::guarded_router::GuardedRouter;
pub use self::handler::{DocumentedArguments, GuardedArguments, RouteHandler};
pub use self::output::HandlerOutput;
pub use self::public::Public;
