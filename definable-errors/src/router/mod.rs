//! A router that does not compile without a guard for every route, and knows the problems of all.
//!
//! A [`GuardedRouter`] takes handlers whose first argument is a guard: an extractor that decides
//! which callers may proceed, such as `rbac::Require`, `auth::Authenticated`, or [`Public`] for
//! routes that are open on purpose. Any other handler does not compile, so no route is open by
//! accident; and as axum runs extractors in order, a 401 or 403 is returned before any error about
//! the body.
//!
//! The router also knows which problems each route can respond with: those of the guard, of the
//! other arguments, and of the error in the return type. [`GuardedRouter::table`] lists them.
//!
#![cfg_attr(all(feature = "auth", feature = "derive"), doc = "```")]
#![cfg_attr(not(all(feature = "auth", feature = "derive")), doc = "```ignore")]
//! use std::sync::Arc;
//!
//! use axum::Router;
//! use definable_errors::{ApiError, ApiErrorLayer};
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
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[error("the name is taken")]
//! #[api(status = 409)]
//! struct NameTaken;
//!
//! async fn rename(_: Authenticated<User>, name: String) -> Result<(), NameTaken> {
//!     # let _ = name;
//!     Err(NameTaken)
//! }
//!
//! fn routes() -> GuardedRouter<Arc<dyn Verify<User>>> {
//!     GuardedRouter::new()
//!         .get("/health", health)
//!         .nest("/users", GuardedRouter::new().get("/me", me).put("/me", rename))
//!         .raw(Router::new(), "the documentation is public")
//! }
//!
//! // Reviewed like code: a snapshot shows which callers may call what, and what can go wrong.
//! assert_eq!(
//!     routes().table().to_string(),
//!     "\
//! GET  /health    public
//! GET  /users/me  authenticated
//!        400  invalid_authorization
//!        401  invalid_token, missing_credentials, token_expired
//!        503  keys_unavailable
//! PUT  /users/me  authenticated
//!        400  invalid_authorization, malformed_body
//!        401  invalid_token, missing_credentials, token_expired
//!        408  request_timeout
//!        409  name_taken
//!        413  payload_too_large
//!        503  keys_unavailable
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
//! The state of the router provides the verifier. If the compiler finds a
//! `GuardedRouter<Arc<dyn Verify<…>>>` where you expect `GuardedRouter<AppState>`, the verifier cannot
//! be taken from `AppState`: derive `FromRef` for it, with axum's feature `macros`. A
//! [`Stack`](crate#modules) goes around it all: `routes.into_router().layer(stack).with_state(state)`.
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
//! [`ProblemTypes`](crate::problem::ProblemTypes). [`guard::from_extractor`](crate::guard::from_extractor)
//! puts a guard before a whole router; the table then lists it before the guard of each route.
//!
//! # Where the problems come from
//!
//! A handler with a part whose problems are not known does not compile:
//!
//! | part | what is known | what to do otherwise |
//! |---|---|---|
//! | argument | the extractors of this library, of axum (`WebSocketUpgrade` with the feature `ws`, `Multipart` with `multipart`, `ConnectInfo` with `serve` or `rate-limit`) and of axum-extra (with the feature `axum-extra`) | implement [`ProblemTypes`](crate::problem::ProblemTypes) for your own; take [`Undocumented<T>`](Undocumented) for another crate's |
//! | return type | `Result<T, E>` with an `E` that derives `ApiError`, and plain responses such as `Json<T>` ([`HandlerOutput`]) | [`undocumented`]`(handler)`, [`documented`]`::<MyError, _>(handler)` |
//! | layer | the layers of this library | [`undocumented`]`(layer)`, [`documented`]`::<MyError, _>(layer)` |
//!
//! A handler that returns `Result<T, ApiError>` compiles, and its route is marked as undocumented,
//! because an [`ApiError`](struct@crate::ApiError) may be any problem; [`Declared`](crate::Declared)
//! is its form that names them. The problem types of axum's extractors are those that
//! [`ApiErrorLayer`](crate::ApiErrorLayer) makes of their rejections. All variants of an error enum
//! are listed for every handler that returns it: an enum per kind of handler makes the table exact.
//!
//! Every route can also respond with a 5xx for a panic, a store or a verifier that fails, with the
//! problems of layers around the whole service, and with what a verifier of your own or
//! `JwtVerifier::map` returns beside `invalid_token` and `token_expired`. `keys_unavailable` is listed
//! whatever the keys are.

#[cfg(feature = "axum-extra")]
mod axum_extra_types;
mod axum_types;
mod documented;
mod guarded_router;
mod handler;
mod matched;
mod output;

pub use self::documented::{Documented, DocumentedLayer, Undocumented, documented, undocumented};
pub use self::guarded_router::{GuardedRouter, Public};
pub use self::handler::{DocumentedArguments, GuardedArguments, RouteHandler};
pub use self::output::HandlerOutput;
