//! Error handling for axum services: every error that leaves the service has the right body, status
//! and headers, leaks nothing, and can be found again in the log.
//!
//! A team adds one derive and one layer:
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! use axum::{Router, extract::Path, routing::get};
//! use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "order")]
//! enum OrderError {
//!     /// The order does not exist, or belongs to another organization.
//!     #[error("order {id} does not exist")]
//!     #[api(status = 404)]
//!     NotFound {
//!         #[api(member = "order_id")]
//!         id: u64,
//!     },
//! }
//!
//! fn find(id: u64) -> Result<String, OrderError> {
//!     Err(OrderError::NotFound { id })
//! }
//!
//! async fn label(Path(id): Path<u64>) -> Result<String, ApiError> {
//!     let order = find(id)?;                                // 404 `order_not_found`
//!     let label = std::fs::read_to_string(order).or_internal()?; // 500, its text for operators only
//!     Ok(label)
//! }
//!
//! let app: Router = Router::new()
//!     .route("/orders/{id}/label", get(label))
//!     .layer(ApiErrorLayer::new());
//! ```
//!
//! A client that asks for order 42 receives (RFC 9457):
//!
//! ```json
//! {
//!   "type": "/problems/order_not_found",
//!   "title": "Order not found",
//!   "status": 404,
//!   "detail": "order 42 does not exist",
//!   "instance": "urn:uuid:0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11",
//!   "code": "order_not_found",
//!   "request_id": "0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11",
//!   "order_id": 42
//! }
//! ```
//!
//! The [`guide`] shows how to build a service, topic by topic: from the first program to a service that
//! runs behind a proxy, and how an existing service moves to this library.
//!
//! # The modules
//!
//! | module | contents | features |
//! |---|---|---|
//! | [`prelude`] | the names that most services use | |
//! | [`problem`] | what clients see: problem types, problems, violations | |
//! | [`error`] | what handlers return: [`ApiError`](struct@ApiError), [`ResultExt`] | `derive`, `sqlx` |
//! | [`context`] | ids and trace context of one request: [`RequestContext`] | |
//! | [`render`] | error bodies: JSON, HTML, text, Markdown, XML | |
//! | [`report`] | events for operators, metrics, and the status of spans | `tracing`, `metrics`, `opentelemetry` |
//! | [`translate`] | the texts of errors in the languages of the clients | |
//! | [`layer`] | [`ApiErrorLayer`], which handles every error of a service, including the framework's own | |
//! | [`guard`] | checks that may reject a request before a handler runs | |
//! | [`extract`] | axum's extractors and responses, with problems as rejections | **`extract`**, `multipart`, `validator`, `garde` |
//! | [`auth`] | authentication: tokens, API keys, internal callers, sockets | **`auth`**, `jwt`, `jwks` |
//! | [`oauth`] | logins at an OAuth provider, token introspection, protected-resource metadata | **`oauth`** |
//! | [`rbac`] | authorization: permissions, roles, members of organizations | **`rbac`** |
//! | [`rate_limit`] | rate limiting: quotas, counted in bounded memory | **`rate-limit`**, `redis` |
//! | [`router`] | a router whose routes cannot forget their guards, and list their problems | **`router`**, `axum-extra`, `ws` |
//! | [`catalog`] | the documentation of all problem types, a lock for their codes, a TypeScript client | **`catalog`** |
//! | [`deprecation`] | deprecation and removal of old versions | **`deprecation`** |
//! | [`cors`] | cross-origin resource sharing | **`cors`** |
//! | [`csrf`] | protection against cross-site request forgery | **`csrf`** |
//! | [`timeout`] | deadlines and concurrency limits | **`timeout`** |
//! | [`upstream`] | calls to other services: timeouts, retries, a circuit breaker | **`upstream`**, `ring`, `aws-lc` |
//! | [`stream`] | server-sent events, NDJSON and WebSockets whose late errors are problems, too | **`stream`** |
//! | [`stack`] | all of these around a service, in the right order | **`stack`** |
//! | [`openapi`] | OpenAPI documents that describe every error response | **`openapi`**, `aide` |
//! | [`serve`][serve-module] | a server that bounds what no layer can see | **`serve`** |
//! | [`dev`] | development mode | **`dev`** |
//! | [`testing`] | assertions on problems, reports and whole services, for tests | **`testing`** |
//!
//! # Features
//!
//! A module with a bold feature exists only if that feature is enabled; the other features add to their
//! module. `ring` and `aws-lc` are the TLS of `jwks`, `oauth` and `upstream`. `derive`, `tracing` and `extract`
//! are enabled by default, and `full` enables all but `aws-lc`, `dev` and `testing`. The
//! [table in the README](https://crates.io/crates/definable-errors#features) describes what each
//! feature brings, and which of them need a newer Rust.
//!
//! # Public dependencies
//!
//! Types and traits of the crates in this table occur in the interface, so a service that uses them depends on
//! the version stated here. None of them is re-exported. An incompatible version of one of them (a new major
//! version, or a new minor one of a `0.x`) comes with a new major version of this crate, or a new minor one
//! while this crate is a `0.x` itself. All other dependencies, apart from the two named below, are private and may
//! change in any release.
//!
//! | crate | version | features | occurs in |
//! |---|---|---|---|
//! | `aide` | 0.15 | `aide` | the traits by which a document learns of an extractor or a response |
//! | `axum` | 0.8 |  | handlers, extractors, responses, routers |
//! | `axum-extra` | 0.12 | `axum-extra` | the problem types of its extractors |
//! | `bytes` | 1 |  | bodies |
//! | `futures-core` | 0.3 | `multipart`, `stream` | streams |
//! | `futures-util` | 0.3 | `stream` | the sink of a WebSocket |
//! | `garde` | 0.23 | `garde` | rules that are derived |
//! | `http` | 1 |  | requests, responses, header fields, statuses |
//! | `http-body` | 1 |  | bodies |
//! | `reqwest` | 0.13 | `upstream` | calls to other services |
//! | `schemars` | 0.9 | `aide` | the schemas of aide |
//! | `serde` | 1 |  | members of problems, inputs, bodies |
//! | `serde_json` | 1 |  | members of problems |
//! | `sqlx` | 0.9 | `sqlx` | database errors |
//! | `tower` | 0.5 | `stack` | layers of a stack |
//! | `tower-http` | 0.7 | `cors` | the future of `CorsService` |
//! | `tower-layer` | 0.3 |  | layers |
//! | `tower-service` | 0.3 |  | services |
//! | `tracing-subscriber` | 0.3 | `dev` | the timeline of a request |
//! | `utoipa` | 6 | `openapi` | documents and schemas |
//! | `uuid` | 1 |  | ids |
//! | `validator` | 0.21 | `validator` | rules that are derived |
//!
//! No type of `metrics` 0.24 (feature `metrics`) or `opentelemetry` 0.33 (feature `opentelemetry`) occurs in the
//! interface. But the recorder of one and the active span of the other are state of the whole process, so a
//! service has to use the same version, and a change of either is treated like one of the crates above.
//!
#![cfg_attr(
    not(all(feature = "dev", feature = "full", feature = "testing")),
    doc = "[`guide`]: https://docs.rs/definable-errors/latest/definable_errors/guide/"
)]
#![cfg_attr(not(feature = "extract"), doc = "[`extract`]: #features")]
#![cfg_attr(not(feature = "auth"), doc = "[`auth`]: #features")]
#![cfg_attr(not(feature = "oauth"), doc = "[`oauth`]: #features")]
#![cfg_attr(not(feature = "rbac"), doc = "[`rbac`]: #features")]
#![cfg_attr(not(feature = "rate-limit"), doc = "[`rate_limit`]: #features")]
#![cfg_attr(not(feature = "router"), doc = "[`router`]: #features")]
#![cfg_attr(not(feature = "catalog"), doc = "[`catalog`]: #features")]
#![cfg_attr(not(feature = "deprecation"), doc = "[`deprecation`]: #features")]
#![cfg_attr(not(feature = "cors"), doc = "[`cors`]: #features")]
#![cfg_attr(not(feature = "csrf"), doc = "[`csrf`]: #features")]
#![cfg_attr(not(feature = "timeout"), doc = "[`timeout`]: #features")]
#![cfg_attr(not(feature = "upstream"), doc = "[`upstream`]: #features")]
#![cfg_attr(not(feature = "stream"), doc = "[`stream`]: #features")]
#![cfg_attr(not(feature = "stack"), doc = "[`stack`]: #features")]
#![cfg_attr(not(feature = "openapi"), doc = "[`openapi`]: #features")]
#![cfg_attr(feature = "serve", doc = "[serve-module]: mod@crate::serve")]
#![cfg_attr(not(feature = "serve"), doc = "[serve-module]: #features")]
#![cfg_attr(not(feature = "dev"), doc = "[`dev`]: #features")]
#![cfg_attr(not(feature = "testing"), doc = "[`testing`]: #features")]
// A public enum may grow, unless it says why it is closed.
#![deny(clippy::exhaustive_enums)]
// docs.rs labels each item with the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "auth")]
pub mod auth;
#[cfg(feature = "upstream")]
mod breaker;
#[cfg(feature = "catalog")]
pub mod catalog;
pub mod context;
#[cfg(feature = "cors")]
pub mod cors;
#[cfg(feature = "csrf")]
pub mod csrf;
#[cfg(feature = "deprecation")]
pub mod deprecation;
#[cfg(feature = "dev")]
pub mod dev;
#[cfg(feature = "extract")]
mod diagnosis;
pub mod error;
#[cfg(feature = "extract")]
pub mod extract;
pub mod guard;
// Documentation only: rustdoc alone compiles it, and only with the features that its examples need.
#[cfg(all(any(doc, doctest), feature = "dev", feature = "full", feature = "testing"))]
pub mod guide;
pub mod layer;
#[cfg(feature = "oauth")]
pub mod oauth;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod prelude;
pub mod problem;
#[cfg(feature = "rate-limit")]
pub mod rate_limit;
#[cfg(feature = "rbac")]
pub mod rbac;
pub mod render;
pub mod report;
mod respond;
#[cfg(feature = "router")]
pub mod router;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "stack")]
pub mod stack;
#[cfg(feature = "stream")]
pub mod stream;
mod support;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "timeout")]
pub mod timeout;
pub mod translate;
#[cfg(feature = "upstream")]
pub mod upstream;

pub use self::context::RequestContext;
#[cfg(feature = "dev")]
pub use self::dev::Mode;
pub use self::error::{
    ApiError, BoxError, Challenge, DatabaseExt, Declared, IntoApiError, ResultExt, handle_box_error,
};
pub use self::layer::{ApiErrorLayer, Foreign5xx, Mask, Passthrough};
#[cfg(feature = "serve")]
pub use self::serve::serve;
#[cfg(feature = "derive")]
#[doc = include_str!("derive.md")]
pub use definable_errors_derive::ApiError;

/// The items that generated code refers to. They are not for users and may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    pub use serde::Serialize;
    pub use serde::de::DeserializeOwned;
    pub use std::convert::From;
    pub use std::default::Default;
    pub use std::fmt;
    pub use std::format_args;
    pub use std::option::Option;
    pub use std::time::Duration;

    pub use crate::error::{
        ApiError, FieldViolations, Forward, IntoApiError, Source, SourceLocation,
    };
    pub use crate::error::{
        derived, detail, header, hint, internal, keep, located, member, note, violations,
        without_source,
    };
    pub use crate::problem::{
        DetailSource, JsonType, Level, MemberType, ProblemType, ProblemTypes, ReceivedProblem,
        Types,
    };
    pub use crate::problem::{
        checked, declared_member, received_member, usual, with_default_texts, with_default_wait,
    };
}

#[cfg(all(doctest, feature = "derive", feature = "dev", feature = "extract", feature = "serve"))]
#[doc = include_str!("../README.md")]
struct Readme;
