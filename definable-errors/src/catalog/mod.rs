//! The problem types of a service as a contract: their documentation, a lock that finds breaking
//! changes, and a TypeScript client.
//!
//! Clients decide by the `code` of a problem, so a code is part of the API like a path. A [`Catalog`]
//! collects the problem types of a service: those of error enums, extractors, guards and layers, of all
//! routes of a `GuardedRouter`, and those that [`ApiErrorLayer`](crate::ApiErrorLayer) itself can answer
//! with.
//!
#![cfg_attr(all(feature = "derive", feature = "router"), doc = "```")]
#![cfg_attr(not(all(feature = "derive", feature = "router")), doc = "```ignore")]
//! use axum::Router;
//! use definable_errors::catalog::Catalog;
//! use definable_errors::extract::{Json, Path};
//! use definable_errors::router::{GuardedRouter, Public};
//! use definable_errors::{ApiError, ApiErrorLayer};
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "order")]
//! enum OrderError {
//!     /// The order does not exist, or belongs to another organization.
//!     ///
//!     /// Deleted orders stay in the table for a year: see `purge`.
//!     #[error("order {id} does not exist")]
//!     #[api(status = 404)]
//!     NotFound {
//!         #[api(member = "order_id")]
//!         id: u64,
//!     },
//! }
//!
//! async fn find(_: Public, Path(id): Path<u64>) -> Result<Json<String>, OrderError> {
//!     Err(OrderError::NotFound { id })
//! }
//!
//! fn routes() -> GuardedRouter {
//!     GuardedRouter::new().get("/orders/{id}", find)
//! }
//!
//! fn catalog(errors: &ApiErrorLayer) -> Catalog {
//!     Catalog::new().with_layer(errors).with_table(routes().table())
//! }
//!
//! fn app() -> Router {
//!     let errors = ApiErrorLayer::new().problem_base("https://api.example.com/problems/");
//!     let pages = catalog(&errors).into_router();
//!     routes().into_router().merge(pages).layer(errors)
//! }
//!
//! let order_not_found = catalog(&ApiErrorLayer::new()).get("order_not_found").unwrap();
//! assert_eq!(
//!     order_not_found.problem_type().documentation(),
//!     "The order does not exist, or belongs to another organization."
//! );
//! assert_eq!(order_not_found.members()[0].name(), "order_id");
//! # let _ = app();
//! ```
//!
//! # The pages
//!
//! The `type` of a problem should lead to its documentation (RFC 9457 §3.1.1 and §4). The pages are
//! served at the path of the problem base: the list at `/problems`, each type at `/problems/{code}`. Each
//! page shows the meaning, the status, the members with their types, the headers, whether and when to try
//! again, what to do, and an example of a response. They are HTML for browsers, Markdown for agents and
//! terminals, and JSON with JSON Schemas for programs, by the `Accept` header of the request. The pages
//! have no scripts and load nothing.
//!
//! [`Catalog::into_router`] is a router with these paths. In a `GuardedRouter`, either pass it to `raw`,
//! or write two handlers that call [`Catalog::list_page`] and [`Catalog::page`]; then the route table
//! lists them.
//!
//! # What is public
//!
//! The documentation of a derived type is the first paragraph of its doc comment, or the text of
//! `#[api(docs = "…")]`; further paragraphs stay in the code. A 5xx without a `code` of its own is the
//! built-in type of its status, like everywhere else. Routes and the names of permissions are shown only
//! after [`Catalog::with_routes`], for instance in development.
//!
//! Two types with the same code that promise different things are refused when the catalog is built. The
//! message names the places of both, also if they are in different crates.
//!
//! # The lock
//!
//! One line in a test makes the codes a contract:
//!
//! ```no_run
//! # use definable_errors::catalog::Catalog;
//! # fn catalog() -> Catalog {
//! #     Catalog::new()
//! # }
//! catalog().assert_lock("errors.lock");
//! ```
//!
//! `errors.lock` lies beside the `Cargo.toml` of the package and is committed. It has one sorted line for
//! each fact that clients rely on:
//!
//! ```text
//! order_not_found member order_id integer(0..=18446744073709551615)
//! order_not_found status 404
//! ```
//!
//! The test fails if a code, a member or a header is gone, if a status, a URI or the type of a member
//! changed, and if a line is missing. `UPDATE_ERRORS_LOCK=1 cargo test` adds missing lines and never
//! touches the others: to break a promise on purpose, delete its line by hand, which a reviewer sees in
//! the diff. The lock contains the built-in types as well, so a new version of this library can add lines.
//!
//! ```
//! # use definable_errors::catalog::Catalog;
//! # fn catalog() -> Catalog {
//! #     Catalog::new()
//! # }
//! let lock = catalog().lock() + "order_lost status 404\n";
//! let error = catalog().check_lock(&lock).unwrap_err();
//! assert_eq!(error.breaking_changes(), ["the code `order_lost` is gone"]);
//! ```
//!
//! # Clients
//!
//! [`Catalog::typescript`] writes a module for clients in TypeScript, with a union of all problems that is
//! narrowed by `code`. In Rust, `#[api(decode)]` on an error type writes
//! `from_received(&ReceivedProblem) -> Option<Self>`: a service and its clients share one enum. See the
//! [derive](macro@crate::ApiError).

mod built_in;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod catalog;
mod entry;
mod example;
mod html;
mod json;
mod known;
mod lock;
mod markdown;
mod page;
mod text;
mod type_name;
mod typescript;

pub use self::catalog::Catalog;
pub use self::entry::CatalogEntry;
pub use self::lock::LockError;
pub use self::page::{CatalogPage, UnknownCodeError};
