//! Everything that stands around a service, in the one order that is right.
//!
//! ```
//! use std::time::Duration;
//!
//! use axum::{Router, routing::get};
//! use definable_errors::cors::Cors;
//! use definable_errors::stack::Stack;
//! use definable_errors::timeout::ConcurrencyLimit;
//!
//! # fn main() -> Result<(), definable_errors::cors::OriginError> {
//! let stack = Stack::new()
//!     .cors(Cors::origins(["https://app.example.com"])?.credentials())
//!     .deadline(Duration::from_secs(10))
//!     .concurrency(ConcurrencyLimit::new(512))
//!     .exempt(["/health"]);
//! assert_eq!(
//!     stack.to_string(),
//!     "cors
//! ids and errors
//! deadline: 10s
//! concurrency: 512 at work, 128 waiting for up to 100ms, but not /health
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
//! # The order
//!
//! | from outside | why there |
//! |---|---|
//! | CORS | browsers show an error only with its headers, and preflights cost nothing more |
//! | ids, errors, panics | whatever fails further in is a problem, and reported |
//! | body limit | told here, so that every route knows it |
//! | deadline | the time in the queue counts |
//! | concurrency | what is refused here costs least |
//! | rate limit by address | an `OPTIONS` that looks like a preflight counts: CORS would have answered it |
//! | the routes, with their guards | |
//!
//! So of several failures a client hears of this one first: 503 `overloaded`, 429, 404, 405, 401, 403,
//! 415, 413, 400. A body over the limit is refused by whoever reads it, which is why a 404 comes before
//! a 413.
//!
//! Give it to `Router::layer`, as the last layer of the outermost router.

mod built;
mod noted_limit;
#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod stack;
mod unlimited;

pub use self::built::StackService;
pub use self::stack::Stack;
pub use self::unlimited::Unlimited;
