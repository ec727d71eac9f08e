//! A deadline for requests, and a bound on how many are at work.
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
//! At the deadline of a [`Timeout`] the handler is dropped, wherever it waits, and the client is told
//! whose time it was:
//!
//! | what the handler was doing | answer |
//! |---|---|
//! | waiting for more of the request's body | 408 `request_timeout`, and over HTTP/1.1 `Connection: close` |
//! | anything else | 503 `deadline_exceeded`, with `Retry-After` |
//!
//! What counts is what the handler polled when it was polled last, which is at the deadline. One that
//! looked at a slow body and then waits for its database is answered with a 503. One that waits for
//! several things at once (`join!`, `select!`) waits for the body as long as the body is among them. A body
//! that was given to another task (`tokio::spawn`) is waited for as long as that task holds it and
//! nothing has come. Inside a `FuturesUnordered` a body is only polled after something came, so it
//! counts as anything else.
//!
//! A 504 is for gateways (RFC 9110 §15.6.5). Handlers ask how long they have by the extractor
//! [`Deadline`](crate::context::Deadline).
//!
//! A deadline ends with the head of the response: a body that streams takes as long as it takes.
//! Dropping reaches what waits, not what computes: a handler that blocks its thread is not
//! interrupted, and work that was spawned or sent elsewhere goes on. The work may have been done when
//! the client reads a 503, as the documentation of its type tells clients.
//!
//! A deadline begins with a request, so with its complete head: a client that sends half a head, or
//! nothing, is not seen. The feature `serve` has a server that closes its connection.
//!
//! Until a handler first waits there is no timer, so one that answers at once pays next to nothing.
//! Timers are tokio's: the runtime needs `enable_time`, which `#[tokio::main]` does.
//!
//! # Overload
//!
//! A [`ConcurrencyLimit`] refuses in microseconds what could only be answered late: 503 `overloaded`,
//! with a `Retry-After` of one to three seconds.
//!
//! # Clients that go away
//!
//! When a client closes its connection the handler is dropped, permits return, and
//! [`ApiErrorLayer`](crate::ApiErrorLayer) tells operators with
//! [`Report::client_disconnected`](crate::report::Report::client_disconnected): a debug event with status 499, which never
//! stands on the wire. That is so until the head of the answer is there; a client that leaves amid its body
//! is seen by the body alone, which is dropped. So put `ApiErrorLayer` outside of both: seen from inside, a
//! deadline looks like a client that went away.

mod concurrency_limit;
mod future;
mod limit;
mod permit;
mod reading;
mod service;
#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod timeout;

pub use self::concurrency_limit::ConcurrencyLimit;
pub use self::future::TimeoutFuture;
pub use self::permit::Permit;
pub use self::service::TimeoutService;
pub use self::timeout::Timeout;
