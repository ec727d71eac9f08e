//! Assertions on problems, reports and whole services, for tests.
//!
//! Add the library a second time under `[dev-dependencies]`, with this feature:
//!
//! ```toml
//! [dev-dependencies]
//! definable-errors = { version = "0.1", features = ["testing"] }
//! ```
//!
//! # One response
//!
//! [`assert_problem`] reads a response and checks that it is a valid problem; its methods check what
//! the problem says. It takes the response of a router, of reqwest (with the feature `upstream`, `oauth`
//! or `jwks`), or a status, headers and bytes:
//!
//! ```
//! use axum::{Router, body::Body, routing::get};
//! use definable_errors::testing::assert_problem;
//! use definable_errors::{ApiError, ApiErrorLayer};
//! use http::Request;
//! use tower::ServiceExt; // for `oneshot`
//!
//! async fn order() -> Result<(), ApiError> {
//!     Err(ApiError::not_found("order 42 does not exist").with_member("order_id", 42))
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let app: Router = Router::new().route("/orders/42", get(order)).layer(ApiErrorLayer::new());
//! let request = Request::get("/orders/42").header("x-request-id", "test-1");
//! let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
//!
//! assert_problem(response)
//!     .await
//!     .status(404)
//!     .code("not_found")
//!     .detail("order 42 does not exist")
//!     .member("order_id", 42)
//!     .request_id("test-1")
//!     .header("cache-control", "no-store");
//! # });
//! ```
//!
//! A failed check prints the whole response:
//!
//! ```text
//! the member `order_id`
//!   expected: 43
//!   found:    42
//!
//! 404 Not Found
//! content-type: application/problem+json
//! …
//!
//! {
//!   "code": "not_found",
//! ```
//!
//! # What operators see
//!
//! A response says nothing about the cause of a 500, so a test can pass by the wrong one. [`Reports`] is a
//! reporter that keeps what was reported, and fails the test if that includes a 5xx which the test did
//! not take, with file, line and causes.
//!
//! # A whole service
//!
//! [`conformance`] sends hostile requests to any router, ours or not, and checks each response against
//! the [rules](Rule) of HTTP, of problem details, of CORS and of what may be shown:
//!
#![cfg_attr(feature = "extract", doc = "```")]
#![cfg_attr(not(feature = "extract"), doc = "```ignore")]
//! use axum::Router;
//! use axum::routing::{get, post};
//! use definable_errors::testing::conformance;
//! use definable_errors::extract::{Json, Path};
//! use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
//! use http::Method;
//!
//! async fn create(Json(names): Json<Vec<String>>) -> String {
//!     names.join(", ")
//! }
//!
//! async fn read(Path(id): Path<u64>) -> Result<String, ApiError> {
//!     Err(ApiError::not_found(format!("order {id} does not exist")))
//! }
//!
//! async fn broken() -> Result<(), ApiError> {
//!     Err(std::io::Error::other("the password is hunter2")).or_internal()
//! }
//!
//! let app: Router = Router::new()
//!     .route("/orders", post(create))
//!     .route("/orders/{id}", get(read))
//!     .route("/broken", get(broken))
//!     .layer(ApiErrorLayer::new());
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! conformance(app)
//!     .route(Method::POST, "/orders")
//!     .route(Method::GET, "/orders/{id}")
//!     .failing(Method::GET, "/broken")
//!     .secret("hunter2")
//!     .run()
//!     .await
//!     .assert_empty();
//! # });
//! ```
//!
//! The same routes without the layer break many rules. `rules` lists them, and the `Display` output
//! of the [`Findings`] is what a failed test prints: every rule with the section that requires it, and
//! the requests that show it.
//!
//! ```
//! use axum::{Router, routing::post};
//! use definable_errors::testing::{Rule, conformance};
//! use http::Method;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let app: Router = Router::new().route("/orders", post(|| async { "created" }));
//! let findings = conformance(app).route(Method::POST, "/orders").run().await;
//!
//! assert!(findings.rules().contains(&Rule::ProblemBody));
//! assert!(findings.to_string().contains("RFC 9457 §3"));
//! # });
//! ```
//!
//! A `GuardedRouter` knows its routes, so [`Conformance::routes`] takes its table. Routes behind a
//! guard need credentials, or all that is tested is the guard: [`Conformance::header`] adds them.
//! [`Conformance::example`] adds a body that a route accepts, and changes it one value at a time.
//! [`Conformance::except`] turns off a rule that the service breaks on purpose.
//!
//! | requests | what they find, for instance |
//! |---|---|
//! | paths that do not exist, other methods, `HEAD`, `OPTIONS` | an empty 404, a 405 without `Allow`, a body on `HEAD` |
//! | paths, queries and bodies that are malformed or of the wrong type, too large, nested 1,000 levels deep, of another content type | texts of extractors that repeat what was sent, a 500 for a mistake of the client |
//! | odd values of `Accept`, `X-Request-Id`, `Authorization`, `Cookie`, `Expect`, `Range`, conditions | a 406 in place of the failure, ids that are not safe in a log, a 401 without a challenge |
//! | an `Origin`, and preflights | failures that a page cannot read, credentials for any origin, a missing `Vary` |
//! | routes that fail, named by [`Conformance::failing`] | a planted [`secret`](Conformance::secret), file names, a connection that a panic closes, a 408 for a slow handler |
//!
//! A run ends in bounded time: each request has a [`timeout`](Conformance::timeout), and all of them a
//! [`time_limit`](Conformance::time_limit) and a [largest number](Conformance::max_requests). A run
//! that did not send all requests is incomplete, and fails the test.
//!
//! A service need not be a router. One on another machine is tested by a `tower::service_fn` that sends
//! the request and returns the response.

mod assert_problem;
mod conformance;
mod problem_checks;
mod reports;
mod response;
mod rule;

pub use self::assert_problem::{AssertProblem, assert_problem};
pub use self::conformance::{Conformance, Finding, Findings, conformance};
pub use self::reports::{ReportedError, Reports};
pub use self::response::{IntoTestResponse, TestResponse};
pub use self::rule::Rule;
