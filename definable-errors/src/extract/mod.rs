//! What axum's extractors and responses do, with problems in place of text.
//!
//! [`Json`], [`Query`], [`Path`], [`Form`] and [`Extension`] have the names, the shapes and the good path
//! of axum's: change the import, and every rejection of theirs is an [`ApiError`](struct@crate::ApiError). With
//! them come [`Header`] for header fields, `Multipart` for files (feature `multipart`), and
//! [`BodyLimit`].
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
//! What serde says is never sent: it repeats what the client wrote. A request that is no `T` is a
//! `validation_failed` with a violation for each mistake, at its place in the client's own names.
//!
//! # What is judged first
//!
//! | first | what | is |
//! |---|---|---|
//! | 1 | the type or the coding of the body | 415 `unsupported_media_type`, with `Accept` or `Accept-Encoding` |
//! | 2 | the size of the body | 413 `payload_too_large`, with the member `limit` |
//! | 3 | whether it comes in time, where a layer bounds the time of a body | 408 `request_timeout` |
//! | 4 | whether it can be read: cut off, malformed chunks or content coding, no JSON, no UTF-8 | 400 `malformed_body`; of a query or a path 400 `bad_request` |
//! | 5 | what it says | 400 `validation_failed`, with `errors` |
//!
//! [`BodyLimit`] stands before all of it when the request tells the length of its body. A form or a query of
//! more than 10,000 pairs is a 400 `malformed_body`, whatever it says; [`PairLimit`] sets another number.
//!
//! A type is compared as RFC 9110 has it: any case, parameters in quotes or not. JSON is
//! `application/json` or `application/*+json`. Everything is UTF-8; another `charset` is a 415. A body in
//! a content coding is a 415, unless a layer decoded it and took the header away. A `Content-Type` that
//! is there twice is none.
//!
//! What only the service can mend is a 500 `internal_error`: an [`Extension`] that nobody put there, a
//! [`Path`] with more fields than the route has parameters. The client is told nothing; operators find
//! the type and the remedy among the notes.
//!
//! # What is found, and what is not
//!
//! Serde stops at the first mistake. Of a body that was refused every other one is looked for, too. The
//! count, kept by `tests/wire/corpus`: 93 shapes of types with 648 mistakes, each planted alone, with every other one
//! and with all others of its shape. 4789 times a mistake is planted, 4748 times it is found at its place and with its
//! code; none is told as another one, none is invented. What is not found:
//!
//! | what | is told instead |
//! |---|---|
//! | the rest of an object whose tag is wrong or missing | the tag: what the rest should be it would have said |
//! | a part of an untagged value that several variants could take | the value, as `invalid`; where one variant alone takes its kind, the part is found |
//! | a missing field, or a broken rule, beside a value that nothing can stand in for | the value; the rest when that is right |
//! | what a type says of several values at once, while one of them is wrong | the one that is wrong |
//! | what a type says of several values at once in a flattened or tagged one | what is flattened or tagged, as `invalid` |
//!
//! Where values are flattened or tagged, a type that complains in words of its own is asked which part it means: for some
//! dozens of values in a body, of at most 24 texts and numbers each. Beyond that the value is told, as `invalid`.
//!
//! Looking for every mistake takes many times the memory and the time of the input, so it has a bound. Of a body over
//! 64 KiB, and of a form or a query over 1,000 pairs, the client gets the first mistake, with its place and
//! `truncated: true`. Inside that bound the search ends, with `truncated: true`, once it has noted 4,096 places. The items
//! of a [`Batch`] have 1,000 violations together.
//!
//! Something stands in for a value when its type is one of the standard library's, takes a text or number that many take
//! (a uuid, a date, a time, a URL, an address, a version), or when another item of the same list is right.
//!
//! # Text that serde puts aside
//!
//! A form, a query, a path and header fields have nothing but texts, and each is read as what its type asks for. For
//! `#[serde(flatten)]` and for tagged and untagged enums serde puts values aside before a type asks, and then `u16`
//! refuses the text `2`. The extractors here try again with numbers, `bool`s and lists in place of such texts, one after
//! the other, until the type takes them. Where no text can be what a type asks for (a struct in a field of a query, a
//! `u128` that is flattened), that is a 500 `internal_error` with a private note: no client could mend it.
//!
//! # What may be absent
//!
//! An `Option` of an extractor is `None` when the client sent nothing there, and an error when the client
//! sent something wrong:
//!
//! | extractor | is `None` |
//! |---|---|
//! | `Option<Json<T>>`, `Option<Multipart>` | without a body |
//! | `Option<Form<T>>` | without a body; for `GET` and `HEAD`, without a query |
//! | `Option<Query<T>>` | without a query, or with an empty one |
//! | `Option<Path<T>>` | on a route without parameters |
//! | `Option<Header<T>>` | when none of the fields of `T` is there |
//! | `Option<Extension<T>>` | when nobody put one there |
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
//! What a value must keep to besides its type are its [`Rules`]; [`Valid`] around an extractor checks
//! them. Every broken rule is a violation: a pointer in the client's own names, a code to switch on,
//! the params of the rule, and never what was submitted.
//!
//! ```
//! use axum::{Router, body::Body, http::Request, routing::post};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::extract::{BrokenRules, Json, Rules, Valid};
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
//!     fn check(&self, _: (), broken: &mut BrokenRules<'_>) {
//!         if !(1..=80).contains(&self.guest_name.chars().count()) {
//!             broken.field("guest_name").length(1..=80);
//!         }
//!         if !(1..=28).contains(&self.nights) {
//!             broken.field("nights").range(1..=28);
//!         }
//!         broken.field("rooms").check_each(&self.rooms);
//!     }
//! }
//!
//! impl Rules for Room {
//!     fn check(&self, _: (), broken: &mut BrokenRules<'_>) {
//!         if self.beds == 0 {
//!             broken.field("beds").range(1..);
//!         }
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
//! let mut told: Vec<_> = body["errors"].as_array().unwrap().iter().map(|it| (&it["pointer"], &it["code"])).collect();
//! told.sort_by_key(|(pointer, _)| pointer.to_string());
//! assert_eq!(told[0], (&"#/guestName".into(), &"length".into()));
//! assert_eq!(told[1], (&"#/nights".into(), &"type".into()));
//! assert_eq!(told[2], (&"#/rooms/1/beds".into(), &"range".into()));
//! # });
//! ```
//!
//! Mistakes of type come in the same answer, in the order of the input: the rules then run on a value in which something was made
//! up for each of them. What a rule says of a made-up part, of what holds it or of what is in it is
//! dropped. A rule that compares its field with another one is told so by
//! [`depends_on_siblings`](BrokenRule::depends_on_siblings).
//!
//! | rules | write | extract |
//! |---|---|---|
//! | by hand | `impl Rules for T` | `Valid<Json<T>>` |
//! | of `validator` (feature) | `#[derive(validator::Validate)]` | `Valid<Json<T>>` |
//! | of `garde` (feature) | `#[derive(garde::Validate)]` | `Valid<Json<Garde<T>>>` |
//! | with a context `C` from the state | `impl Rules<&C> for T`, or the derive's own | [`ValidWith<Json<T>, C>`](ValidWith) |
//! | that ask a database | also `impl AsyncRules<State> for T` | [`ValidAsync<Json<T>>`](ValidAsync) |
//!
//! The codes are `required`, `range`, `length`, `email`, `url`, `pattern`, `one_of`, `duplicate`, and a
//! rule's own name for any other. A custom rule of garde has no name: its code is `invalid`. Details are
//! in plain words, unless the author of the rule wrote a message: what that says is sent as it stands.
//!
//! Of a list that breaks a rule itself, validator tells no rule of its items: it has room for one of the
//! two. A derived bound that reads another field (`range(max = self.largest())`) may read a made-up
//! value: let it answer a bound that is always right where that field is out of its own.
//!
//! A field that is flattened, a variant and the field of a newtype are left out of the pointer: they stand nowhere in
//! the input. A violation of a whole query, path or header that has several parts has no `name`.
//!
//! Where a field's name on the wire cannot be told from its name in Rust, because `rename` gave it
//! another one, the pointer stops at the parent, and the param `field` is the name in Rust. An element of
//! a set is told with its place in the set, which may not be the one in the input; check lists instead.
//!
//! Several inputs of one request are told in one answer by [`Inputs`]. [`Pagination`] reads which
//! [`Page`] of a list is asked for. The items of a [`Batch`] fail one by one.

mod batch;
mod batch_answer;
mod body_limit;
mod checked;
mod content;
mod distinct;
mod extension;
mod field_names;
mod first_mistake;
mod form;
mod header;
mod input;
mod inputs;
mod json;
mod media_type;
mod mistakes;
#[cfg(feature = "multipart")]
pub mod multipart;
mod only_value;
mod optional;
mod page;
mod pagination;
mod pair_limit;
mod pairs;
mod path;
mod query;
mod reading;
mod refusals;
mod rules;
mod source;
mod utf8;
mod valid;
mod valid_async;
mod valid_with;
mod validity;
mod wrapper;

pub use self::batch::Batch;
pub use self::batch_answer::BatchAnswer;
pub use self::body_limit::BodyLimit;
pub use self::extension::Extension;
pub use self::form::Form;
pub use self::header::Header;
pub use self::input::{BodyInput, Input, PartsInput};
pub use self::inputs::Inputs;
pub use self::json::Json;
#[cfg(feature = "multipart")]
pub use self::multipart::Multipart;
pub use self::page::Page;
pub use self::pagination::Pagination;
pub use self::pair_limit::PairLimit;
pub use self::path::Path;
pub use self::query::Query;
#[cfg(feature = "garde")]
pub use self::rules::Garde;
pub use self::rules::{AsyncRules, BrokenRule, BrokenRules, Rules};
#[doc(hidden)]
pub use self::source::Source;
pub use self::valid::{HasRules, Valid};
pub use self::valid_async::ValidAsync;
pub use self::valid_with::ValidWith;
