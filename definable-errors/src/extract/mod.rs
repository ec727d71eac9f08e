//! The extractors and responses of axum, with problems instead of plain-text rejections.
//!
//! [`Json`], [`Query`], [`Path`], [`Form`] and [`Extension`] have the same names, shapes and
//! success path as axum's: change the import, and each of their rejections is an
//! [`ApiError`](struct@crate::ApiError). In addition there are [`Header`] for header fields,
//! [`IfMatch`] and [`IfNoneMatch`] for conditional requests, `Multipart` for files (feature
//! `multipart`), and [`BodyLimit`].
//!
//! ```
//! use axum::{Router, body::Body, http::Request, routing::post};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::extract::{BodyLimit, Json, Path};
//! use tower::ServiceExt;
//!
//! #[derive(serde::Deserialize)]
//! struct Item {
//!     article: String,
//!     qty: u8,
//! }
//!
//! async fn add(Path(order): Path<u64>, Json(item): Json<Item>) -> String {
//!     format!("{} {} for order {order}", item.qty, item.article)
//! }
//!
//! let app: Router = Router::new()
//!     .route("/orders/{order}/items", post(add))
//!     .layer(BodyLimit::bytes(64 * 1024))
//!     .layer(ApiErrorLayer::new());
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let request = Request::post("/orders/7/items")
//!     .header("content-type", "application/json")
//!     .body(Body::from(r#"{"article": "tea", "qty": 300}"#))
//!     .unwrap();
//! let response = app.oneshot(request).await.unwrap();
//! assert_eq!(response.status(), 400);
//! assert_eq!(response.headers()["content-type"], "application/problem+json");
//! # });
//! ```
//!
//! Serde's messages are never sent, because they repeat what the client submitted. A request that
//! does not deserialize to `T` is a `validation_failed` with one violation per mistake, at its
//! place in the client's own names.
//!
//! # The order of checks
//!
//! | order | what is checked | answer |
//! |---|---|---|
//! | 1 | the type and the coding of the body | 415 `unsupported_media_type`, with `Accept` or `Accept-Encoding`; for QUERY also `Accept-Query` (RFC 10008) |
//! | 2 | the size of the body | 413 `payload_too_large`, with the member `limit` |
//! | 3 | whether the body arrives in time, if a layer bounds its time | 408 `request_timeout` |
//! | 4 | whether it can be read: cut off, malformed chunks or content coding, not JSON, not UTF-8 | 400 `malformed_body`; for a query or a path 400 `bad_request` |
//! | 5 | the content | 400 `validation_failed`, with `errors` |
//!
//! [`BodyLimit`] comes before all of these if the request declares the length of its body. A form
//! or a query of more than 10,000 pairs is a 400 `malformed_body`, whatever its content;
//! [`PairLimit`] sets another number.
//!
//! Media types are compared according to RFC 9110: in any case, with parameters quoted or not. JSON
//! is `application/json` or `application/*+json`. Everything is UTF-8; another `charset` is a 415.
//! A `Content-Type` that is missing, or occurs twice, is a 415; [`AssumeJson`] lets [`Json`] accept a
//! missing one. A body in a content coding is a 415, unless a layer decoded it and removed the
//! header.
//!
//! A mistake that only the service can fix is a 500 `internal_error`: an [`Extension`] that was
//! never inserted, a [`Path`] with more fields than the route has parameters. The client learns
//! nothing of it; the notes for operators contain the type and the remedy.
//!
//! # What is found, and what is not
//!
//! Serde stops at the first mistake. For a body that was rejected, the extractors also look for all
//! other mistakes. The count, maintained by `tests/wire/corpus`:
//! 93 shapes of types with 648 mistakes, each planted alone, with every other one and with all
//! others of its shape.
//! 4789 times a mistake is planted, 4674 times it is found at its place and with its code; none is
//! reported as another one, none is invented. The following are not found:
//!
//! | mistake | what is reported instead |
//! |---|---|
//! | the rest of an object whose tag is wrong or missing | the tag, because it determines what the rest should be |
//! | a part of an untagged value that several variants could take | the value, as `invalid`; if only one variant accepts its kind, the part is found |
//! | a missing field, or a broken rule, beside a value that nothing can stand in for | the value; the rest once that value is right |
//! | what a type says of several values at once, while one of them is wrong | the one that is wrong |
//! | what a type says of several values at once in a flattened or tagged one | the flattened or tagged value, as `invalid` |
//! | a part of a flattened or tagged value whose type rejects it with a message of its own | the flattened or tagged value, as `invalid` |
//!
//! The length of a list is not checked while one of its items has the wrong type; with `validator`,
//! neither are the rules of its other items.
//!
//! Looking for every mistake takes many times the memory and the time of the input, so it is
//! bounded. For a body over 64 KiB, and for a form or a query over 1,000 pairs, the client gets the
//! first mistake, with its place and `truncated: true`. Within that bound the search ends, with
//! `truncated: true`, once it has noted 4,096 places. The items of a [`Batch`] have 1,000
//! violations together.
//!
//! A placeholder takes the place of a value if its type is one of the standard library's, or accepts a
//! text or number that many types accept (a uuid, a date, a time, a URL, an address, a version). An
//! item of a list for which there is no placeholder is left out instead.
//!
//! # Text that serde buffers
//!
//! A form, a query, a path and header fields contain only texts, and each is parsed as the type
//! requests. For `#[serde(flatten)]` and for tagged and untagged enums serde buffers values before
//! a type requests anything, and then `u16` rejects the text `2`. The extractors here try again
//! with numbers, `bool`s and lists in place of such texts, one after the other, until the type
//! accepts them. Each different text takes one more pass over the input, and the passes together
//! are bounded: a flattened map of 100 different numbers is accepted, one of 1,000 is rejected with
//! `validation_failed`, as is a value with such texts among more than 10,000 pairs. If no text can be
//! what a type requests (a struct in a field of a query, a `u128` that is flattened), that is a 500
//! `internal_error` with a private note, because no client could fix it.
//!
//! # What may be absent
//!
//! An `Option` of an extractor is `None` if the client sent nothing there, and an error if the
//! client sent something invalid:
//!
//! | extractor | is `None` |
//! |---|---|
//! | `Option<Json<T>>`, `Option<Multipart>` | without a body |
//! | `Option<Form<T>>` | without a body; for `GET` and `HEAD`, without a query |
//! | `Option<Query<T>>` | without a query, or with an empty one |
//! | `Option<Path<T>>` | on a route without parameters |
//! | `Option<Header<T>>` | if none of the fields of `T` is present |
//! | `Option<Extension<T>>` | if no layer inserted it |
//!
//! ```
//! use definable_errors::extract::{Json, Query};
//!
//! #[derive(serde::Deserialize)]
//! struct Filter {
//!     tag: Vec<String>,
//! }
//!
//! /// `?tag=a&tag=b` fills the list, no query is `None`, `?tga=a` is an error.
//! async fn list(filter: Option<Query<Filter>>) -> Json<Vec<String>> {
//!     Json(filter.map_or_else(Vec::new, |Query(filter)| filter.tag))
//! }
//! # let _ = list;
//! ```
//!
//! # Rules
//!
//! The constraints on a value besides its type are its [`Rules`]; [`Valid`] around an extractor
//! checks them. Every rule that fails is a violation: a pointer in the client's own names, a code
//! for programs, the params of the rule, and never what was submitted. The module [`rules`] lists
//! the built-in rules.
//!
//! ```
//! use axum::{Router, body::Body, http::Request, routing::post};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::extract::{Json, Rules, Valid, Violations};
//! use http_body_util::BodyExt;
//! use tower::ServiceExt;
//!
//! #[derive(serde::Deserialize)]
//! #[serde(rename_all = "camelCase")]
//! struct Booking {
//!     guest_name: String,
//!     nights: u32,
//!     rooms: Vec<Room>,
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct Room {
//!     beds: u32,
//! }
//!
//! impl Rules for Booking {
//!     fn check(&self, _: (), violations: &mut Violations<'_>) {
//!         violations.field("guest_name", &self.guest_name).length(1..=80);
//!         violations.field("nights", &self.nights).range(1..=28);
//!         violations.field("rooms", &self.rooms).each(); // every room's own rules
//!     }
//! }
//!
//! impl Rules for Room {
//!     fn check(&self, _: (), violations: &mut Violations<'_>) {
//!         violations.field("beds", &self.beds).range(1..);
//!     }
//! }
//!
//! async fn book(Valid(Json(booking)): Valid<Json<Booking>>) -> String {
//!     format!("{} nights for {}", booking.nights, booking.guest_name)
//! }
//!
//! let app: Router =
//!     Router::new().route("/bookings", post(book)).layer(ApiErrorLayer::new());
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let request = Request::post("/bookings")
//!     .header("content-type", "application/json")
//!     .body(Body::from(r#"{"guestName": "", "nights": "two", "rooms": [{"beds": 2}, {"beds": 0}]}"#))
//!     .unwrap();
//! let response = app.oneshot(request).await.unwrap();
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
//! assert_eq!(body["detail"], "3 fields are not valid.");
//! let mut errors: Vec<_> = body["errors"].as_array().unwrap().iter().map(|it| (&it["pointer"], &it["code"])).collect();
//! errors.sort_by_key(|(pointer, _)| pointer.to_string());
//! assert_eq!(errors[0], (&"#/guestName".into(), &"length".into()));
//! assert_eq!(errors[1], (&"#/nights".into(), &"type".into()));
//! assert_eq!(errors[2], (&"#/rooms/1/beds".into(), &"range".into()));
//! # });
//! ```
//!
//! Mistakes of type are reported in the same answer, in the order of the input: the rules then run
//! on a value that has a placeholder for each of them. What a rule reports about a placeholder,
//! about the value that contains it or about its parts is dropped. A rule that compares its field
//! with another one declares this with [`depends_on_siblings`](ViolationBuilder::depends_on_siblings).
//!
//! | rules | write | extract |
//! |---|---|---|
//! | by hand | `impl Rules for T` | `Valid<Json<T>>` |
//! | of `validator` (feature) | `#[derive(validator::Validate)]` | `Valid<Json<T>>` |
//! | of `garde` (feature) | `#[derive(garde::Validate)]` | `Valid<Json<Garde<T>>>` |
//! | with a context `C` from the state | `impl Rules<&C> for T`, or the derive's own | [`ValidWith<Json<T>, C>`](ValidWith) |
//! | that query a database | also `impl AsyncRules<State> for T` | [`ValidAsync<Json<T>>`](ValidAsync) |
//!
//! The codes are `required`, `range`, `length`, `email`, `url`, `pattern`, `one_of`, `duplicate`,
//! and a rule's own name for any other. A custom rule of garde has no name: its code is `invalid`.
//! Details are in plain words, unless the author of the rule wrote a message: that message is sent
//! unchanged.
//!
//! If a list itself breaks a rule, validator reports no rule of its items, because its error type
//! can hold only one of the two. A derived bound that reads another field
//! (`range(max = self.largest())`) may read a placeholder: let it return a bound that is always
//! right if that field is out of its own.
//!
//! A field that is flattened, a variant and the field of a newtype are left out of the pointer,
//! because they do not occur in the input. A violation of a whole query, path or header that has
//! several parts has no `name`.
//!
//! If a field's name on the wire cannot be derived from its name in Rust, because `rename` changed
//! it, the pointer ends at the parent, and the param `field` is the name in Rust. An element of a
//! set is reported with its place in the set, which may differ from the one in the input; check
//! lists instead.
//!
//! [`Inputs`] reports the mistakes of several inputs of one request in one answer. [`Pagination`]
//! reads which [`Page`] of a list is requested. The items of a [`Batch`] fail one by one.

mod batch;
mod conditional;
mod content;
mod etag;
mod extension;
mod form;
mod header;
mod input;
mod inputs;
mod json;
mod limits;
#[cfg(feature = "multipart")]
pub mod multipart;
mod pagination;
mod pairs;
mod path;
mod reading;
mod refusals;
pub mod rules;
mod source;
mod valid;
mod validation;

pub use self::batch::{Batch, BatchAnswer};
pub use self::conditional::{IfMatch, IfNoneMatch};
pub use self::content::AssumeJson;
pub use self::etag::{ETag, ETagError};
pub use self::extension::Extension;
pub use self::form::{Form, Query};
pub use self::header::Header;
pub use self::input::{BodyInput, Input, PartsInput};
pub use self::inputs::Inputs;
pub use self::json::Json;
pub use self::limits::{BodyLimit, PairLimit};
#[cfg(feature = "multipart")]
pub use self::multipart::Multipart;
pub use self::pagination::{Page, Pagination};
pub use self::path::Path;
#[cfg(feature = "garde")]
#[doc(inline)]
pub use self::rules::Garde;
#[doc(inline)]
pub use self::rules::{AsyncRules, Rules, ViolationBuilder, Violations};
#[doc(hidden)]
pub use self::source::Source;
pub use self::valid::{HasRules, Valid, ValidAsync, ValidWith};
