//! The layer that converts every error of a service into a problem.
//!
//! ```
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(ApiErrorLayer::new());
//! # let _ = app;
//! ```
//!
//! The layer gives every response the header `X-Request-Id`. A failed response goes through these
//! steps:
//!
//! 1. *classify*: find the [`ApiError`](struct@crate::ApiError) behind the response, or create one
//!    for a panic, a bare status, a rejection of axum's or an error of tower's middleware;
//! 2. *context*: add the ids and the route;
//! 3. *report*: report it to operators, once;
//! 4. *negotiate*: choose the representation that `Accept` prefers, and with a translator the
//!    language that `Accept-Language` prefers;
//! 5. *render*: write the body;
//! 6. *respond*: put it into the response.
//!
//! # Where to add it
//!
//! Use `Router::layer`: only there can the layer see axum's `MatchedPath`, and so distinguish a
//! missing route from a missing resource. Put CORS outside of it, or browsers cannot read errors;
//! put everything that can fail inside.
//!
//! In two places axum provides no route: behind `Router::nest_service` and `fallback_service`, and
//! if the layer is around a whole router. The routes of a `GuardedRouter` note themselves, and so
//! does a second layer further in. There, a bare 404 of a handler of a plain router looks exactly
//! like the one that axum answers to an unknown path, so it is `route_not_found`: nest such a
//! router with `Router::nest`, or return `ApiError::not_found`.
//!
//! With [`ApiErrorLayer::request_span`], every log line has the ids of its request.
//!
//! # Other statuses
//!
//! [`ApiErrorLayer::validation_status`] and [`ApiErrorLayer::status_of`] change the status of invalid
//! input and of single problem types, everywhere at once: in the status line, the body, the report
//! and the level of the log event.
//!
//! # What it leaves unchanged
//!
//! A failed response without an error of ours becomes the problem of its status if its body is
//! empty, is `text/plain`, or has no `Content-Type` and is
//!
//! * a 5xx: its body is dropped unread, whatever its size and encoding;
//! * a 4xx whose size is known and at most 8 KiB, and which is UTF-8.
//!
//! A `Content-Type` that is not a media type counts as missing. The text of a 5xx never reaches a
//! client; its first 200 bytes are a note for operators. The text of a 4xx becomes the detail if it
//! is short and on one line. Rejections of axum's own extractors are recognized by their texts;
//! their problems contain what is wrong and where, without what was submitted.
//!
//! Any other body stays unchanged: JSON, HTML, `application/problem+json`, a stream of unknown
//! size, `application/octet-stream` (which axum sets for bytes). It is reported, and gets
//! `X-Request-Id` and the header that its status requires, if it is missing: `WWW-Authenticate` on
//! a 401, `Proxy-Authenticate` on a 407, `Upgrade` on a 426, `Retry-After: 1` on a 429, and `Allow`
//! on a 405 of a handler of a `GuardedRouter`. (axum adds `Allow` to its own 405, after every
//! layer.) [`ApiErrorLayer::foreign_5xx`] masks such bodies of a 5xx too; [`ApiErrorLayer::adopt`]
//! converts them into problems.
//!
//! A response that carries [`Passthrough`] keeps its body and its headers, whatever the settings
//! are. Successes, redirects, upgrades, streams and the bodies of gRPC are not changed.
//!
//! # Bodies that fail after the head
//!
//! A body without a known size is watched. If it ends with an error, or panics while it is polled,
//! that is reported once: with the ids of the request, the note `after the head`, and as an
//! `internal_error` unless the error is an `ApiError` of a 5xx. The client can no longer get a
//! problem, so its response is aborted: over HTTP/1 with the connection, over HTTP/2 with the
//! stream alone. The responses of the module `stream` are an exception: their errors become a last
//! event, line or message with the problem.
//!
//! What hyper rejects before there is a request (400 for a malformed head, 414 for a long URI, 431
//! for a long head) reaches no layer. Nor does a connection that sends nothing, or half a head: it is
//! open, counts as an open file, and no layer can see it. The feature `serve` provides a server that
//! bounds those.

mod api_error_layer;
mod classify;
mod excerpt;
mod finish;
mod first_mistake;
mod foreign;
mod future;
mod kept;
#[cfg(feature = "stream")]
mod late_errors;
#[cfg(not(feature = "tracing"))]
mod no_span;
mod panic;
mod reading;
mod refusal;
mod rejection;
mod request_span;
mod service;
mod settings;
#[cfg(feature = "tracing")]
mod span;
mod statuses;
mod watch;
mod watched_body;

pub use self::api_error_layer::ApiErrorLayer;
#[cfg(feature = "catalog")]
pub(crate) use self::api_error_layer::checked_base;
#[cfg(feature = "dev")]
pub(crate) use self::excerpt::url_at_start;
pub use self::foreign::Foreign5xx::Mask;
pub use self::foreign::{Foreign5xx, Passthrough};
pub use self::future::ResponseFuture;
#[cfg(feature = "stream")]
pub(crate) use self::late_errors::{LateErrors, LateProblem};
#[cfg(not(feature = "tracing"))]
use self::no_span as span;
#[cfg(feature = "stream")]
pub(crate) use self::panic::{caught, error as panic_error};
pub use self::request_span::{RequestSpan, RequestSpanFuture, RequestSpanService};
pub use self::service::ApiErrorService;
#[cfg(feature = "dev")]
pub(crate) use self::settings::Intercept;
pub use self::statuses::ValidationStatus;
