//! OpenAPI documents that describe every error response, and cannot drift from the code.
//!
//! A route table knows which problems each route can respond with, and which credentials it
//! requires: a `GuardedRouter` (feature `router`) collects both from the types of its handlers.
//! [`OpenApiExt::add_problems`] adds them to a document of [utoipa], which describes the requests and
//! the successes:
//!
#![cfg_attr(
    all(feature = "router", feature = "extract", feature = "derive", feature = "auth"),
    doc = "```"
)]
#![cfg_attr(
    not(all(feature = "router", feature = "extract", feature = "derive", feature = "auth")),
    doc = "```ignore"
)]
//! use std::sync::Arc;
//!
//! use definable_errors::auth::{Authenticated, Verify};
//! use definable_errors::extract::{Json, Path};
//! use definable_errors::openapi::OpenApiExt;
//! use definable_errors::router::GuardedRouter;
//! use definable_errors::{ApiError, Declared};
//! use utoipa::{OpenApi, ToSchema};
//! # use definable_errors::auth::Principal;
//! # use definable_errors::context::Subject;
//! # struct User;
//! # impl Principal for User {
//! #     fn subject(&self) -> Subject {
//! #         Subject::user("ada")
//! #     }
//! # }
//!
//! #[derive(serde::Serialize, ToSchema)]
//! struct Order {
//!     id: u64,
//! }
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "order")]
//! enum OrderError {
//!     /// The order does not exist, or belongs to another customer.
//!     #[error("order {id} does not exist")]
//!     #[api(status = 404)]
//!     NotFound {
//!         #[api(member = "order_id")]
//!         id: u64,
//!     },
//! }
//!
//! #[utoipa::path(get, path = "/orders/{id}", params(("id" = u64, Path)), responses((status = 200, body = Order)))]
//! async fn find(
//!     _: Authenticated<User>,
//!     Path(id): Path<u64>,
//! ) -> Result<Json<Order>, Declared<OrderError>> {
//!     Err(OrderError::NotFound { id })?
//! }
//!
//! #[derive(OpenApi)]
//! #[openapi(paths(find))]
//! struct Api;
//!
//! let routes: GuardedRouter<Arc<dyn Verify<User>>> =
//!     GuardedRouter::new().get("/orders/{id}", find);
//!
//! let mut document = Api::openapi();
//! let differences = document.add_problems(routes.table());
//! // A test of it: every route is in the document, and every operation is a route.
//! assert!(differences.is_empty(), "{differences}");
//!
//! let document = serde_json::to_value(&document).unwrap();
//! let operation = &document["paths"]["/orders/{id}"]["get"];
//!
//! // One type: a reference to its schema. Several types of one status: exactly one of them.
//! let body = |status: &str| &operation["responses"][status]["content"]["application/problem+json"];
//! assert_eq!(body("404")["schema"]["$ref"], "#/components/schemas/OrderNotFoundProblem");
//! let codes = &body("401")["schema"]["discriminator"]["mapping"];
//! assert_eq!(codes["token_expired"], "#/components/schemas/TokenExpiredProblem");
//!
//! // The schema has the code, the status and the members.
//! let schema = &document["components"]["schemas"]["OrderNotFoundProblem"]["allOf"][1];
//! assert_eq!(schema["properties"]["code"]["enum"][0], "order_not_found");
//! assert_eq!(schema["properties"]["order_id"]["type"], "integer");
//!
//! // What the guard requires, in data and in words.
//! assert_eq!(operation["security"][0]["bearer"], serde_json::json!([]));
//! assert_eq!(operation["x-callers"], "authenticated");
//! ```
//!
//! `serde_json::to_string(&document)` is what a route such as `/openapi.json` serves. Build it once,
//! when the service starts.
//!
//! # What is added
//!
//! | to | what |
//! |---|---|
//! | an operation | a response for each status that a problem of its route has, and `500 internal_error`, because any handler can panic |
//! | a response | `application/problem+json` with the schema and an example of each problem type, and the header fields below |
//! | an operation | `security`: the alternatives that its guard accepts, with the permissions or scopes that it requires. OpenAPI 3.1 allows names of roles there for every kind of scheme, not only for OAuth |
//! | an operation | `x-callers`: which callers may call it, in the words of the route table |
//! | the components | `Problem`, `Violation`, a schema for each problem type, examples, headers, security schemes |
//!
//! | header field | where |
//! |---|---|
//! | `X-Request-Id` | every response, success or not |
//! | `RateLimit`, `RateLimit-Policy` | every response of an operation that can be `rate_limited` |
//! | `Retry-After` | problem types with a wait |
//! | `WWW-Authenticate` | 401, and other problem types with a challenge |
//! | `Allow`, `Accept`, `Accept-Encoding`, `Upgrade` | 405, 415, 415, 426 |
//!
//! A field that a response always has is `required`.
//!
//! A route that is [not documented](crate::guard::RoutePolicy::is_documented) also gets a `default`
//! response with any problem. A member is required in the schemas if every problem of its type has it:
//! the derive declares its members so, and
//! [`MemberSchema::required`](crate::problem::MemberSchema::required) does it by hand.
//!
//! # What is kept
//!
//! Nothing that the document already has is replaced. A response that was written by hand keeps its
//! description, its header fields and its bodies, and gets what it lacks. If it describes
//! `application/problem+json` in another way, or if an operation has another `security`, or if there
//! is another component of the same name, then it is kept, and [`Differences`] contains it, together
//! with the routes that the document does not describe and the operations that are no routes.
//!
//! An operation is found by its method and its path. Names of parameters do not matter, so axum's
//! `/files/{*path}` is the document's `/files/{path}`, and a `HEAD` operation has the problems of the
//! `GET` route.
//!
//! # Settings
//!
//! [`ProblemResponses`] also takes the service's [`ApiErrorLayer`](crate::ApiErrorLayer) (the base of
//! `type`, changed statuses), the layers around the whole service, and security schemes that are only
//! known when the service starts:
//!
//! ```
//! # use definable_errors::ApiErrorLayer;
//! # use definable_errors::guard::{RouteTable, Security, SecurityScheme};
//! # use definable_errors::openapi::ProblemResponses;
//! # fn add(document: &mut utoipa::openapi::OpenApi, table: &RouteTable, layer: &ApiErrorLayer) {
//! let session = Security::new(SecurityScheme::cookie("__Host-session"));
//! let differences = ProblemResponses::new(table)
//!     .errors(layer)
//!     .replace_scheme(SecurityScheme::bearer(), session)
//!     .add_to(document);
//! # assert!(differences.is_empty());
//! # }
//! # let layer = ApiErrorLayer::new().problem_base("https://errors.example.com/");
//! # add(&mut utoipa::openapi::OpenApi::default(), &RouteTable::default(), &layer);
//! ```
//!
//! # Types
//!
//! [`Problem`](crate::problem::Problem) and [`Violation`](crate::problem::Violation) implement
//! `ToSchema`, for bodies that contain problems, such as those of a batch. With the feature
//! `extract`, so does `Page<T>`, and `Pagination`, `IfMatch` and `IfNoneMatch` implement `IntoParams`.
//!
#![cfg_attr(
    feature = "aide",
    doc = "With the feature `aide`, the extractors and errors of this library implement the traits of [aide]; see [`aide`](mod@self::aide)."
)]
#![cfg_attr(
    not(feature = "aide"),
    doc = "With the feature `aide`, the extractors and errors of this library implement the traits of [aide]."
)]
//!
//! [aide]: https://docs.rs/aide
//! [utoipa]: https://docs.rs/utoipa

#[cfg(feature = "aide")]
pub mod aide;
mod components;
mod differences;
#[cfg(feature = "extract")]
mod extract;
mod headers;
mod paths;
mod problem_responses;
mod response;
mod schemas;
mod security;

use utoipa::openapi::OpenApi;

pub use self::differences::{Difference, Differences, Endpoint};
pub use self::problem_responses::ProblemResponses;
use crate::guard::RouteTable;

/// Adds the problems of a route table to an OpenAPI document.
pub trait OpenApiExt: sealed::Sealed {
    /// Adds every error response and the security of the routes to the operations that the document
    /// describes, and returns in what the two differ.
    ///
    /// The [module](self) describes what is added. [`ProblemResponses`] does the same with settings.
    fn add_problems(&mut self, table: &RouteTable) -> Differences;
}

impl OpenApiExt for OpenApi {
    fn add_problems(&mut self, table: &RouteTable) -> Differences {
        ProblemResponses::new(table).add_to(self)
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for utoipa::openapi::OpenApi {}
}
