//! The traits of [aide], for the extractors and errors of this library.
//!
//! aide documents a handler by the types of its arguments and of its return value. With the feature
//! `aide`, that includes the problems of both:
//!
#![cfg_attr(all(feature = "extract", feature = "derive"), doc = "```")]
#![cfg_attr(not(all(feature = "extract", feature = "derive")), doc = "```ignore")]
//! use aide::axum::ApiRouter;
//! use aide::axum::routing::post;
//! use aide::openapi::OpenApi;
//! use definable_errors::extract::{Json, Path};
//! use definable_errors::{ApiError, ApiErrorLayer, Declared};
//! use schemars::JsonSchema;
//!
//! #[derive(serde::Deserialize, JsonSchema)]
//! struct Item {
//!     article: String,
//! }
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "order")]
//! enum OrderError {
//!     /// The order was already paid.
//!     #[error("the order was already paid")]
//!     #[api(status = 409)]
//!     Paid,
//! }
//!
//! async fn add(
//!     Path(_order): Path<u64>,
//!     Json(_item): Json<Item>,
//! ) -> Result<(), Declared<OrderError>> {
//!     Err(OrderError::Paid)?
//! }
//!
//! let mut document = OpenApi::default();
//! let app: axum::Router = ApiRouter::new()
//!     .api_route("/orders/{order}/items", post(add))
//!     .finish_api(&mut document)
//!     .layer(ApiErrorLayer::new());
//! # let _ = app;
//!
//! let document = serde_json::to_value(&document).unwrap();
//! let responses = &document["paths"]["/orders/{order}/items"]["post"]["responses"];
//! let schema = |status: &str| &responses[status]["content"]["application/problem+json"]["schema"];
//! assert_eq!(schema("409")["$ref"], "#/components/schemas/OrderPaidProblem");
//! // Both extractors answer with 400.
//! let codes = schema("400")["discriminator"]["mapping"].as_object().unwrap();
//! let codes: Vec<_> = codes.keys().collect();
//! assert_eq!(codes, ["bad_request", "malformed_body", "validation_failed"]);
//! ```
//!
//! Return [`Declared`](crate::Declared) or [`ApiError`](struct@crate::ApiError) from a handler: an
//! error type of your own does not implement aide's traits. An `ApiError` may be any problem, so it is
//! documented as the `default` response.
//!
//! The base of `type` in the examples is `/problems/`. Security schemes are not added: aide declares
//! them at the document. Neither are the problems of layers.
//!
//! [aide]: https://docs.rs/aide

mod inputs;
mod merge;
mod outputs;
