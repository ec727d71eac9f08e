//! Calls to other services: timeouts, retries, a circuit breaker, and errors that reveal nothing.
//!
//! [`Upstream`] is a client for one service. It is created when the program starts, and handlers
//! take it from the state:
//!
//! ```
//! use axum::extract::{Path, State};
//! use axum::{Router, routing::get};
//! use definable_errors::problem::{ErrorStatus, ProblemType};
//! use definable_errors::upstream::Upstream;
//! use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
//! use http::StatusCode;
//! # use http::Request;
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # use tower::ServiceExt;
//!
//! static ORDER_NOT_FOUND: ProblemType =
//!     ProblemType::new("order_not_found", ErrorStatus::NOT_FOUND, "Order not found");
//!
//! async fn total(
//!     State(orders): State<Upstream>,
//!     Path(id): Path<String>,
//!     context: RequestContext,
//! ) -> Result<String, ApiError> {
//!     let order: serde_json::Value = orders
//!         .get(&context, ["orders", &id])                     // the id stays one segment
//!         .on_status(StatusCode::NOT_FOUND, &ORDER_NOT_FOUND) // other failures: 502, 503, 504
//!         .send()
//!         .await?
//!         .json()
//!         .await?;
//!     Ok(order["total"].to_string())
//! }
//!
//! # /// Answers with 404 and a problem once, then with an order.
//! # async fn start_orders() -> String {
//! #     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
//! #     let url = format!("http://{}", listener.local_addr().unwrap());
//! #     tokio::spawn(async move {
//! #         for (status, kind, body) in [
//! #             ("404 Not Found", "application/problem+json", r#"{"detail": "no row in table o"}"#),
//! #             ("200 OK", "application/json", r#"{"total": 17}"#),
//! #         ] {
//! #             let (mut stream, _) = listener.accept().await.unwrap();
//! #             let read = stream.read(&mut [0; 4096]).await.unwrap();
//! #             assert!(read > 0);
//! #             let length = body.len();
//! #             let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n");
//! #             let head = format!("{head}content-length: {length}\r\nconnection: close\r\n\r\n");
//! #             stream.write_all((head + body).as_bytes()).await.unwrap();
//! #         }
//! #     });
//! #     url
//! # }
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let url = start_orders().await; // such as "https://orders.internal/v1"
//! let orders = Upstream::builder("orders", url).build()?;
//! let app = Router::new()
//!     .route("/orders/{id}/total", get(total))
//!     .layer(ApiErrorLayer::new())
//!     .with_state(orders);
//!
//! let request = || Request::get("/orders/42/total").body(axum::body::Body::empty()).unwrap();
//! let response = app.clone().oneshot(request()).await?;
//! assert_eq!(response.status(), 404); // the answer is ours: none of the texts of `orders`
//! let body = axum::body::to_bytes(response.into_body(), 10_000).await?;
//! let problem: serde_json::Value = serde_json::from_slice(&body)?;
//! assert_eq!(problem["code"], "order_not_found");
//! assert_eq!(problem["detail"], "Order not found");
//!
//! assert_eq!(app.oneshot(request()).await?.status(), 200);
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example())?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! A program that calls reqwest itself converts its errors and responses with [`UpstreamExt`] and
//! [`UpstreamResponseExt`]:
//!
//! ```
//! use definable_errors::ApiError;
//! use definable_errors::upstream::{UpstreamExt, UpstreamResponseExt, reqwest_client};
//!
//! async fn quote(client: &reqwest::Client, url: &str) -> Result<String, ApiError> {
//!     let response = client.get(url).send().await.or_upstream("quotes")?;
//!     let response = response.or_upstream_status("quotes").await?;
//!     response.text().await.or_upstream("quotes")
//! }
//! # async fn example() {
//! let client = reqwest_client(|client| client).unwrap();
//! let error = quote(&client, "http://127.0.0.1:9/").await.unwrap_err(); // nothing listens there
//! assert_eq!(error.problem().code(), "upstream_failed");
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example());
//! ```
//!
//! # What a failure becomes
//!
//! | the service | the client gets |
//! |---|---|
//! | cannot be reached, cuts its answer off, or answers with something that is not HTTP | 502 `upstream_failed` |
//! | does not answer in time, or with 504 | 504 `upstream_timeout` |
//! | answers with 429 or 503 | 503 `service_unavailable`, with its `Retry-After` of at most an hour |
//! | answers with another 5xx or 4xx, or with a redirect | 502 `upstream_failed` |
//! | answers with a body that cannot be deserialized or is too large | 502 `upstream_failed` |
//! | failed too often and is not called | 503 `circuit_open`, with the time until it is |
//! | is not called because the request's deadline has passed | 503 `deadline_exceeded` |
//!
//! A 4xx is a 502, because it is this service that sent a wrong request, and not its client. Where
//! that is different, [`on_status`](UpstreamRequest::on_status) and
//! [`on_code`](UpstreamRequest::on_code) name the problem type; for all requests of a client,
//! [its builder](UpstreamBuilder::on_status) does.
//!
//! Nothing that the service wrote reaches a client. Its problem is decoded as far as possible, up to
//! 64 KiB and 32 levels, and kept for operators: the name of the service, the URL without secrets,
//! the number of attempts, the status, and the `code` and `instance` of the problem are logged, and
//! a reporter finds all of it in the [`UpstreamError`].
//!
//! # Timeouts
//!
//! A connection may take 2 seconds, an attempt 5, and a whole call 10: see [`UpstreamBuilder`]. The
//! [deadline](crate::context::Deadline) of the request that causes the call ends it earlier: 10
//! milliseconds before it passes, so that the request itself is still answered, and the call counts
//! as one that timed out.
//!
//! # What is sent along
//!
//! A service of your own organization gets the correlation id (`X-Request-Id`), the trace if the
//! request has one (`traceparent` with a new parent, and `tracestate` if a handler or an extractor
//! extracted the [`RequestContext`](crate::RequestContext)), and the time that it has for its answer
//! (`X-Envoy-Expected-Rq-Timeout-Ms`, in whole milliseconds). With the feature `opentelemetry`, an
//! OpenTelemetry span that is active when the call is sent is its parent in the trace; a program with
//! spans of another kind sends the ids of one as `traceparent` with [`UpstreamRequest::header`]. A service of others, whose client
//! [`Upstream::external`] creates, gets none of these. What a client sends as
//! `X-Envoy-Expected-Rq-Timeout-Ms` is ignored, because it could only make this service give up.
//!
//! # Retries
//!
//! A call is tried again at most twice, after a random wait that grows, or after the wait that the
//! service asks for with `Retry-After`, if there is enough time left for that:
//!
//! * if there was no connection, because then nothing was sent;
//! * if there was no answer, or one with 429, 502, 503 or 504, and the method is idempotent (RFC
//!   9110 §9.2.2) or the request has an
//!   [idempotency key](UpstreamRequest::idempotency_key).
//!
//! A POST without a key is therefore never sent twice. Retries are limited to a fifth of the calls
//! that are sent and three per second, both counted over ten seconds, so that they do not bring down a service that
//! is overloaded. An answer is
//! final as soon as its head has arrived, and so is one for which a proxy has tried again already
//! (`X-Envoy-Attempt-Count`).
//!
//! # Documented problems
//!
//! A handler that calls another service and returns [`Declared`](crate::Declared) lists the problem
//! types of [`Upstream`] among its own:
//!
//! ```
//! use definable_errors::problem::{ProblemTypes, Types};
//! use definable_errors::upstream::Upstream;
//!
//! enum OrderProblems {}
//!
//! impl ProblemTypes for OrderProblems {
//!     const TYPES: Types = Types { own: &[], others: &[Upstream::TYPES] };
//! }
//!
//! let codes: Vec<_> = OrderProblems::TYPES.iter().map(|known| known.code()).collect();
//! assert!(codes.contains(&"upstream_failed") && codes.contains(&"circuit_open"));
//! ```
//!
//! # Circuit breaker
//!
//! If at least 20 calls were made within ten seconds, and half of them failed or four of five took
//! longer than 2 seconds, the circuit opens: no call is sent for 5 seconds. Then at most three at
//! once are, and after three successes all of them. If one fails, the circuit opens for twice as
//! long, up to a minute. A failure is a 5xx, a timeout, no connection, or an answer that is cut off;
//! a 4xx, and a call that was cancelled, is none. After a 429 with `Retry-After` no call is sent
//! until then, for a minute at most; see [`UpstreamBuilder::without_throttle`]. Health checks read
//! the state with [`Upstream::circuit`].
//!
//! # Server-side request forgery
//!
//! A client calls the host of its base URL and no other: redirects are not followed, and paths are
//! appended as percent-encoded segments. A path with a scheme, an authority, a dot segment or an
//! empty segment is an error before anything is sent ([`UpstreamPath`]).
//!
//! # TLS
//!
//! `https` requires the feature `ring` or `aws-lc`; with both, aws-lc is used. Certificates are
//! verified as the operating system does it; [`UpstreamBuilder::root_certificate`] adds a private
//! authority. The default provider of the process is neither used nor
//! set, and a program that also calls reqwest itself builds its clients with [`reqwest_client`].
//! Connections are HTTP/1.1.

mod answer;
mod call;
mod client;
mod error;
mod ext;
mod path;
mod request;
mod response;
mod service;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod upstream;

pub use self::answer::UpstreamMap;
pub use self::client::{UpstreamBuildError, reqwest_client};
pub use self::error::{UpstreamError, UpstreamRequestError};
pub use self::ext::{UpstreamExt, UpstreamResponseExt};
pub use self::path::UpstreamPath;
pub use self::request::UpstreamRequest;
pub use self::response::UpstreamResponse;
pub use self::upstream::{Upstream, UpstreamBuilder};
pub use crate::breaker::CircuitState;
