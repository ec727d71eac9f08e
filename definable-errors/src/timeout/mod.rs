//! Deadlines for requests, and a limit on how many run at the same time.
//!
//! ```
//! use std::time::Duration;
//!
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::timeout::{ConcurrencyLimit, Timeout};
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(ConcurrencyLimit::new(512))
//!     .layer(Timeout::new(Duration::from_secs(10)))
//!     .layer(ApiErrorLayer::new());
//! # let _ = app;
//! ```
//!
//! # Deadlines
//!
//! At the deadline of a [`Timeout`] the handler is dropped, wherever it waits. The status depends
//! on what the handler was doing:
//!
//! | the handler was | response |
//! |---|---|
//! | waiting for more of the request's body | 408 `request_timeout`, and over HTTP/1.1 `Connection: close` |
//! | doing anything else | 503 `deadline_exceeded`, with `Retry-After` |
//!
//! The last poll of the handler, which happens at the deadline, decides. A handler that polled a
//! slow body earlier and now waits for its database is answered with a 503. One that waits for
//! several things at once (`join!`, `select!`) waits for the body as long as the body is among
//! them. A body that was given to another task (`tokio::spawn`) counts as waited for as long as
//! that task holds it and nothing has arrived. Inside a `FuturesUnordered` a body is only polled
//! after something arrived, so it counts as anything else.
//!
//! A 504 is for gateways (RFC 9110 §15.6.5). Handlers get the remaining time from the extractor
//! [`Deadline`](crate::context::Deadline).
//!
//! The deadline applies until the head of the response is ready; a streaming body is not limited.
//! Dropping a handler stops it only where it awaits: a handler that blocks its thread is not
//! interrupted, and work that was spawned or sent elsewhere continues. The work may have been done
//! when the client receives a 503, as the documentation of the problem type explains to clients.
//!
//! The deadline is measured from the arrival of a request with a complete head: a client that sends
//! half a head, or nothing, is not seen. The feature `serve` has a server that closes such a
//! connection.
//!
//! No timer exists until a handler first waits, so one that completes immediately costs next to
//! nothing. Timers are tokio's: the runtime needs `enable_time`, which `#[tokio::main]` calls.
//!
//! # Overload
//!
//! A [`ConcurrencyLimit`] rejects within microseconds what could only be answered late: 503
//! `overloaded`, with a `Retry-After` of one to three seconds.
//!
//! # Clients that disconnect
//!
//! When a client closes its connection, the handler is dropped, permits are released, and
//! [`ApiErrorLayer`](crate::ApiErrorLayer) reports
//! [`Report::client_disconnected`](crate::report::Report::client_disconnected): a debug event with
//! status 499, which is never sent to a client. This applies until the head of the response is
//! ready; if a client disconnects in the middle of a body, only the body notices, because it is
//! dropped. So put `ApiErrorLayer` outside both layers: seen from inside, a deadline looks like a
//! client that disconnected.

mod concurrency_limit;
mod future;
mod reading;
#[cfg(feature = "stack")]
mod route_deadlines;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod timeout;

pub use self::concurrency_limit::{ConcurrencyLimit, Permit};
pub use self::future::ResponseFuture;
#[cfg(feature = "stack")]
pub(crate) use self::route_deadlines::RouteDeadlines;
pub use self::timeout::{Timeout, TimeoutService};
