//! Server-sent events, newline-delimited JSON and WebSockets whose errors after the head of the
//! response are problems, too.
//!
//! Before its first byte a response can still become a problem response, so check what you can
//! before you return a stream. Afterwards the status is sent. An ordinary body can only be aborted
//! then; the types of this module send the problem in the stream instead:
//!
//! | response | an error is sent as | then |
//! |---|---|---|
//! | [`Sse`] | an event named `problem`, with the problem as its data | the response ends |
//! | [`Ndjson`] | a last line `{"type":"problem","problem":{…}}` | the response ends |
//! | [`WebSocketUpgradeExt::with_problems`] | a text message `{"type":"problem","problem":{…}}` | the socket is closed with 1008 for a 4xx and 1011 for a 5xx (RFC 6455 §7.4.1), and the code as the reason |
//!
//! The problem is the body that a response with the same error has, with the same ids and without the
//! private half: the settings of the [`ApiErrorLayer`](crate::ApiErrorLayer) around the handler apply.
//! The error is reported once, with the note `after the head`. A panic is an `internal_error` here as
//! well. A client that disconnects is not an error.
//!
//! The layer finds the stream by an extension of the response, so a middleware of your own that makes
//! a new response of a body has to keep the extensions. Without them, as without a layer, the problem
//! has no ids, and nothing is reported.
//!
//! # Server-sent events
//!
//! [`Sse`] takes the place of axum's: the errors of its stream are whatever converts into an
//! [`ApiError`](struct@crate::ApiError).
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! use axum::response::sse::Event;
//! use axum::{Router, routing::get};
//! use definable_errors::stream::{LastEventId, Sse};
//! use definable_errors::{ApiError, ApiErrorLayer};
//! use futures_util::{Stream, stream};
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "feed")]
//! enum FeedError {
//!     #[error("the feed has ended")]
//!     #[api(status = 410)]
//!     Ended,
//! }
//!
//! async fn feed(last: LastEventId) -> Sse<impl Stream<Item = Result<Event, FeedError>>> {
//!     let next = last.parse().map_or(1, |id: u32| id + 1);
//!     let event = Event::default().id(next.to_string()).data("news");
//!     Sse::new(stream::iter([Ok(event), Err(FeedError::Ended)]))
//! }
//!
//! let app: Router = Router::new().route("/feed", get(feed)).layer(ApiErrorLayer::new());
//!
//! # use axum::{body::Body, http::Request};
//! # use http_body_util::BodyExt;
//! # use tower::ServiceExt;
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let request = Request::get("/feed").header("last-event-id", "6").body(Body::empty()).unwrap();
//! let response = app.clone().oneshot(request).await.unwrap();
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! let events: Vec<_> = std::str::from_utf8(&body).unwrap().split_terminator("\n\n").collect();
//! assert_eq!(events[0], "id: 7\ndata: news");
//! assert!(events[1].starts_with("event: problem\nid: ended-by-problem:"));
//! assert!(events[1].contains(r#""code":"feed_ended""#));
//!
//! // An `EventSource` comes back with the id of the last event. It is answered with 204, which
//! // makes it stop.
//! let id = events[1].lines().nth(1).unwrap().strip_prefix("id: ").unwrap();
//! let request = Request::get("/feed").header("last-event-id", id).body(Body::empty()).unwrap();
//! assert_eq!(app.oneshot(request).await.unwrap().status(), 204);
//! # });
//! ```
//!
//! A browser's `EventSource` reconnects whenever a response ends. What it should do after a problem
//! depends on whether the problem is [retryable](crate::problem::Problem::is_retryable):
//!
//! * If it is not, the event has an `id` that begins with `ended-by-problem:`. The client sends it as
//!   `Last-Event-ID` when it reconnects, and the extractor [`LastEventId`] answers 204, which makes
//!   an `EventSource` stop (HTML, *Server-sent events*, §9.2.5). The id alone decides, so any
//!   replica of the service can answer. Take the extractor in every handler that returns an [`Sse`];
//!   without it a client reconnects forever.
//! * If it is, the event has no `id`, so that the client keeps the position that your own events
//!   gave it, and `retry` is the wait of the problem, or 30 seconds. The client reconnects after
//!   that time and is served anew.
//!
//! A stream that ends without a problem ends the same way if its last event has the id
//! [`FINAL_EVENT_ID`]; otherwise an `EventSource` reconnects.
//!
//! All of this works with any client. In a page, [`PROBLEM_EVENTS_JS`] also closes the `EventSource` after a
//! problem that is not retryable, so that it does not even reconnect once:
//!
//! ```js
#![doc = include_str!("problem-events.js")]
//! ```
//!
//! A page imports it from wherever the service serves it, and passes the problem to its own code:
//!
//! ```js
//! import { closeOnProblem } from "/problem-events.js";
//!
//! const source = new EventSource("/feed");
//! closeOnProblem(source, (problem) => console.warn(problem.title, problem.instance));
//! ```
//!
//! An `EventSource` cannot read a response that is not a 200: for an error before the head it
//! dispatches `error` with `readyState` 2 and does not reconnect. `fetch` the same URL to read the
//! problem.
//!
//! A comment is sent after every 15 seconds without an event, so that proxies do not close the
//! connection; [`Sse::keep_alive`] changes the interval.
//!
//! A failure that was reported and rendered before, such as that of a job, is sent by
//! [`problem_event`], with the ids under which it is in the log.
//!
//! # Newline-delimited JSON
//!
//! [`Ndjson`] serializes each item of a stream to a line of its own. A response that ends without
//! the line of a problem is complete; one that breaks off is aborted, as any body is.
//!
//! ```
//! use axum::{Router, routing::get};
//! use definable_errors::stream::Ndjson;
//! use definable_errors::{ApiError, ApiErrorLayer};
//! use futures_util::{Stream, stream};
//!
//! #[derive(serde::Serialize)]
//! struct Row {
//!     id: u32,
//! }
//!
//! async fn export() -> Ndjson<impl Stream<Item = Result<Row, ApiError>>> {
//!     let gone = ApiError::gone("The export was deleted.");
//!     Ndjson::new(stream::iter([Ok(Row { id: 1 }), Ok(Row { id: 2 }), Err(gone)]))
//! }
//!
//! let app: Router = Router::new().route("/export", get(export)).layer(ApiErrorLayer::new());
//!
//! # use axum::{body::Body, http::Request};
//! # use http_body_util::BodyExt;
//! # use tower::ServiceExt;
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let request = Request::get("/export").body(Body::empty()).unwrap();
//! let response = app.oneshot(request).await.unwrap();
//! assert_eq!(response.headers()["content-type"], "application/x-ndjson");
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! let lines: Vec<_> = std::str::from_utf8(&body).unwrap().lines().collect();
//! assert_eq!(lines[..2], [r#"{"id":1}"#, r#"{"id":2}"#]);
//! assert!(lines[2].starts_with(r#"{"type":"problem","problem":{"type":"/problems/gone","#));
//! # });
//! ```
//!
//! # WebSockets
//!
//! [`WebSocketUpgradeExt::with_problems`] is a method of axum's `WebSocketUpgrade`, after which
//! `on_upgrade` takes a handler that returns a `Result`. Its [`Socket`] has the methods of axum's
//! `WebSocket`, and errors that `?` converts: a client that disconnects ends the handler and is
//! reported as [`client_disconnected`](crate::report::Report::client_disconnected).
//!
//! ```
//! use axum::extract::ws::{Message, WebSocketUpgrade};
//! use axum::{Router, routing::any};
//! use definable_errors::stream::{Upgraded, WebSocketUpgradeExt};
//! use definable_errors::{ApiError, ApiErrorLayer};
//!
//! async fn echo(upgrade: WebSocketUpgrade) -> Upgraded<ApiError> {
//!     upgrade.with_problems().on_upgrade(|mut socket| async move {
//!         while let Some(message) = socket.recv().await {
//!             match message? {
//!                 Message::Text(text) => socket.send(Message::Text(text)).await?,
//!                 Message::Binary(_) => return Err(ApiError::bad_request("Send text.")),
//!                 _ => {}
//!             }
//!         }
//!         Ok(())
//!     })
//! }
//!
//! let app: Router = Router::new().route("/echo", any(echo)).layer(ApiErrorLayer::new());
//! # let _ = app;
//! ```
//!
//! A client that sends a binary message receives
//! `{"type":"problem","problem":{…,"code":"bad_request",…}}`, then a close frame with the code 1008
//! and the reason `bad_request`. If the handler returns `Ok`, the socket is closed with 1000.
//!
//! While the handler waits for a message, the socket is pinged every 15 seconds; a client that sends
//! nothing for two such intervals has disconnected.
//!
//! An error before the upgrade, also that of an extractor, is an ordinary problem response.
//!
//! # Deadlines
//!
//! A deadline of the module `timeout` ends when the head is ready, so it does not limit a stream.
//! Each of the three has limits of its own, which are not set by default: `max_duration` limits the
//! time from the head to the end, `idle_limit` the time without an item or a message. A stream that
//! exceeds one ends with `deadline_exceeded`, which is retryable, so the client of an [`Sse`]
//! reconnects.

mod checked;
mod last_event_id;
mod limits;
mod ndjson;
mod sent_problem;
mod socket;
mod sse;
mod upgrade;

pub use self::last_event_id::{LastEventId, StreamEnded};
pub use self::ndjson::Ndjson;
pub use self::sent_problem::{FINAL_EVENT_ID, problem_event};
pub use self::socket::{Socket, SocketError};
pub use self::sse::Sse;
pub use self::upgrade::{SocketUpgrade, Upgraded, WebSocketUpgradeExt};

/// A JavaScript module for pages that read an [`Sse`] with an `EventSource`: its function
/// `closeOnProblem` closes the `EventSource` after a problem, unless the problem is retryable.
///
/// Serve it with the content type `text/javascript`; the [module](crate::stream) shows the code.
pub const PROBLEM_EVENTS_JS: &str = include_str!("problem-events.js");
