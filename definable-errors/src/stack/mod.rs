//! A stack of all layers around a service, in the right order.
//!
//! ```
//! use std::time::Duration;
//!
//! use axum::{Router, routing::get};
//! use definable_errors::cors::Cors;
//! use definable_errors::stack::Stack;
//! use definable_errors::timeout::ConcurrencyLimit;
//!
//! # fn main() -> Result<(), definable_errors::context::OriginError> {
//! let stack = Stack::new()
//!     .cors(Cors::origins(["https://app.example.com"])?.credentials())
//!     .timeout(Duration::from_secs(10))
//!     .concurrency_limit(ConcurrencyLimit::new(512))
//!     .exempt(["/health"]);
//! assert_eq!(
//!     stack.to_string(),
//!     "cors
//! ids and errors
//! timeout: 10s
//! concurrency limit: 512 at work, 128 waiting for up to 100ms, but not /health
//! ",
//! );
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .route("/health", get(|| async { "alive" }))
//!     .layer(stack);
//! # let _ = app;
//! # Ok(())
//! # }
//! ```
//!
//! # Order
//!
//! | from the outside in | why in this place |
//! |---|---|
//! | CORS | browsers show an error only with its headers, and preflights cost nothing more |
//! | request span | every line that is logged further in has the ids of its request |
//! | ids, errors, panics | every failure further in becomes a problem and is reported |
//! | cross-site requests | a forged request costs nothing further in, and is a problem with ids |
//! | body limit | it is set here, so that every route has it |
//! | timeout | it includes the time in the queue |
//! | concurrency limit | a rejection here is the cheapest |
//! | rate limit by address | an `OPTIONS` request that looks like a preflight counts: CORS would have answered a real one |
//! | the routes, with their guards | |
//!
//! So if several checks fail, the client receives the first of these: 403 `cross_site_request`, 503 `overloaded`, 429, 404,
//! 405, 401, 403, 415, 413, 400. A body over the limit is rejected by the code that reads it, which
//! is why a 404 comes before a 413.
//!
//! Pass it to `Router::layer`, as the last layer of the outermost router, and before `with_state`:
//! `router.layer(stack).with_state(state)`. With a `GuardedRouter` that is
//! `routes.into_router().layer(stack).with_state(state)`. `GuardedRouter::layer` takes the stack, too,
//! and then the table of routes also lists the problems that the layers of a stack can make.

mod service;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod stack;

pub use self::service::StackService;
pub use self::stack::{NoLimit, Stack};
