//! The layer that makes every error that leaves a service right.
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
//! It gives every response the header `X-Request-Id`. A failed one goes through these steps:
//!
//! 1. *adopt*: find the [`ApiError`](struct@crate::ApiError) behind the response, or make one for a panic,
//!    a bare status, a rejection of axum's or an error of tower's middleware;
//! 2. *occurrence*: stamp the ids and the route;
//! 3. *report*: tell operators, once;
//! 4. *negotiate*: choose the representation that `Accept` asks for;
//! 5. *render* the bytes;
//! 6. *respond*: put them in.
//!
//! # Where it stands
//!
//! Use `Router::layer`: only there can axum's `MatchedPath` be seen, so only there a missing route
//! can be told from a missing resource. Put CORS outside of it, or browsers cannot read errors; put
//! everything that can fail inside.
//!
//! # What it leaves alone
//!
//! A failed response whose body is neither empty nor `text/plain`, one that already is
//! `application/problem+json`, and one that carries [`Passthrough`] keep their bodies; they are
//! reported and get `X-Request-Id`. Successes, redirects, upgrades, streams and gRPC are not
//! touched.
//!
//! What hyper refuses before there is a request (400 for a broken head, 431 for a long one) reaches
//! no layer. Nor does a connection that sends nothing, or half a head: it is open, counts as an open
//! file, and no layer can see it. The feature `serve` has a server that bounds those.

mod adopt;
mod api_error_layer;
mod finish;
mod future;
mod left;
mod panic;
mod reading;
mod refusal;
mod rejection;
mod service;
mod settings;
mod watch;

pub use self::adopt::Passthrough;
pub use self::api_error_layer::ApiErrorLayer;
pub use self::future::ResponseFuture;
pub use self::service::ApiErrorService;
