//! Translation of titles, details and violations into the languages that clients accept.
//!
//! A [`Translate`] knows the languages of a service and its texts in them. It is set once, with
//! [`ApiErrorLayer::translate`](crate::ApiErrorLayer::translate) or `Stack::translate`, and applies
//! to all representations: JSON, HTML, text, Markdown, XML, the events of streams, and a renderer
//! of your own. Codes, params and members stay the same in all languages, and so do the events for
//! operators.
//!
//! Texts can come from anywhere. This service has them in its code; `examples/languages` has them in
//! [Fluent](https://projectfluent.org) files.
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! use axum::{Router, routing::get};
//! use definable_errors::problem::LanguageTag;
//! use definable_errors::translate::{Message, MessageKind, Translate};
//! use definable_errors::{ApiError, ApiErrorLayer};
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "order")]
//! enum OrderError {
//!     #[error("order {id} does not exist")]
//!     #[api(status = 404)]
//!     NotFound {
//!         #[api(member = "order_id")]
//!         id: u64,
//!     },
//! }
//!
//! struct Texts;
//!
//! /// The language of the texts in the code comes first.
//! static LANGUAGES: [LanguageTag; 2] =
//!     [LanguageTag::from_static("en"), LanguageTag::from_static("de")];
//!
//! impl Translate for Texts {
//!     fn languages(&self) -> &[LanguageTag] {
//!         &LANGUAGES
//!     }
//!
//!     fn translate(&self, language: &LanguageTag, message: &Message<'_>) -> Option<String> {
//!         if language.as_str() != "de" {
//!             return None;
//!         }
//!         Some(match (message.code(), message.kind()) {
//!             ("order_not_found", MessageKind::Title) => "Bestellung nicht gefunden".into(),
//!             ("order_not_found", MessageKind::Detail) => {
//!                 format!("Die Bestellung {} gibt es nicht.", message.param("order_id")?)
//!             }
//!             _ => return None,
//!         })
//!     }
//! }
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { Err::<(), _>(OrderError::NotFound { id: 7 }) }))
//!     .layer(ApiErrorLayer::new().translate(Texts));
//!
//! # use axum::{body::Body, http::Request};
//! # use http_body_util::BodyExt;
//! # use tower::ServiceExt;
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let request = Request::get("/").header("accept-language", "de-CH, en;q=0.5");
//! let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
//! assert_eq!(response.headers()["content-language"], "de");
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
//! assert_eq!(problem["title"], "Bestellung nicht gefunden");
//! assert_eq!(problem["detail"], "Die Bestellung 7 gibt es nicht.");
//! assert_eq!(problem["code"], "order_not_found");
//! # });
//! ```
//!
//! # Which language
//!
//! [`Translate::choose`] chooses among [`Translate::languages`] by the `Accept-Language` header (RFC
//! 9110 §12.5.4). Without a match the texts are in the first language, which is that of the texts in
//! the code. So they are if nothing of a problem is translated.
//!
//! The response names its language in `Content-Language`, the HTML page also in `lang`. Every error
//! gets `Vary: Accept-Language`, whatever its language, so that a cache never sends it to a client
//! that accepts another. A [`Render`](crate::render::Render) that writes texts of its own names their
//! language itself, with [`with_header`](crate::render::Representation::with_header). An event of a stream has no header of its own: its problem is in the language
//! that the request asked for. A batch has `Vary` alone.
//!
//! # What is translated
//!
//! Each text is one [`Message`], with a kind, a code, params, and the text in the code:
//!
//! * [`MessageKind::Title`]: the title of a problem type. It is also the detail of a type that has
//!   none of its own.
//! * [`MessageKind::Detail`]: a detail that the code and the members determine: that of the problem
//!   type, or one that the derive wrote of constant text and members. The params are the members,
//!   under the names that clients see, and the wait as `retry_after`.
//! * [`MessageKind::Violation`]: the detail of a violation, with its params.
//! * [`MessageKind::Text`]: any other detail. A service wrote it with `with_detail` or in a
//!   constructor such as `ApiError::conflict(…)`, so it may contain values that no param has. A
//!   translator that does not know this very text returns `None`.
//!
//! A derived detail that contains a field which is no `#[api(member)]` keeps its text, because the
//! translator cannot have the value.
//!
//! A translator sees nothing of the private half of an error: no source, no note, no location. What
//! it returns is escaped like any other text. Titles are cut at 256 bytes, details at 4,096, those of
//! violations at 1,024; control characters of a title become spaces. If it panics, the texts stay.
//!
//! # Codes of the library with several sentences
//!
//! [`Message::form`] distinguishes the sentences of one code. Besides those in this table, a code has
//! the detail of its problem type, without a form.
//!
//! | problem | form, and its params |
//! |---|---|
//! | `bad_request` | `path_encoding`, `query_encoding`, `socket_frames` |
//! | `forbidden` | `socket_origin` |
//! | `gone` | `sunset` (`sunset`) |
//! | `insufficient_permissions` | `required` (`required`) |
//! | `malformed_body` | `cut_off`, `empty`, `form_encoding`, `framing`, `json` (`reason`, `line`, `column`), `multipart`, `pairs` (`pairs`), `truncated`, `undecodable`, `unreadable` |
//! | `payload_too_large` | `limit` (`limit`), `part` (`limit`) |
//! | `precondition_failed` | `if_match`, `if_none_match` |
//! | `precondition_required` | `if_match` |
//! | `request_timeout` | `body` |
//! | `unsupported_media_type` | `coding`, `supported` (`supported`) |
//! | `validation_failed` | `fields` (`count`), `fields_at_least` (`count`) |
//!
//! | violation | form, and its params |
//! |---|---|
//! | `duplicate` | none, `unique` |
//! | `invalid` | none, `encoding` |
//! | `length` | none, `characters_at_least` (`min`), `characters_at_most` (`max`), `characters_exactly` (`exact`), `characters_between` (`min`, `max`), the same with `items_` in place of `characters_` and without, `parts_at_most` (`max`) |
//! | `one_of` | none (`expected`) |
//! | `range` | none, `between` (`min`, `max`), `at_least` (`min`), `at_most` (`max`), `greater_than` (`exclusive_min`), `less_than` (`exclusive_max`), `at_least_and_less_than`, `greater_than_and_at_most`, `greater_than_and_less_than` |
//! | `type` | none (`expected`: `null`, `boolean`, `integer`, `number`, `character`, `string`, `array`, `object`, `entity tags`) |
//! | `unknown_field` | none, `suggestion` (`suggestion`) |
//! | `email`, `pattern`, `required`, `url` | none |
//!
//! A violation of these codes whose detail a service wrote itself is a [`MessageKind::Text`]; one of
//! a code of its own is a [`MessageKind::Violation`] without a form.
//!
//! # Completeness
//!
//! [`missing_translations`] lists what a language lacks. One test of a service keeps a language
//! complete:
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! # use definable_errors::ApiError;
//! # use definable_errors::problem::{LanguageTag, ProblemTypes};
//! # use definable_errors::translate::{Message, Translate, missing_translations};
//! # struct Texts;
//! # impl Translate for Texts {
//! #     fn languages(&self) -> &[LanguageTag] {
//! #         &[]
//! #     }
//! #     fn translate(&self, _: &LanguageTag, message: &Message<'_>) -> Option<String> {
//! #         (message.code() != "order_gone").then(String::new).map(|_| "Text".into())
//! #     }
//! # }
//! #[derive(Debug, thiserror::Error, ApiError)]
//! #[api(prefix = "order")]
//! enum OrderError {
//!     #[error("order {id} was paid at {at}")]
//!     #[api(status = 409)]
//!     AlreadyPaid {
//!         #[api(member = "order_id")]
//!         id: u64,
//!         at: String,
//!     },
//!     #[error("the order is gone")]
//!     #[api(status = 410, title = "Order gone")]
//!     Gone,
//! }
//!
//! let german = LanguageTag::from_static("de");
//! let missing = missing_translations(&OrderError::TYPES, &Texts, &german);
//! let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
//! assert_eq!(missing, [
//!     "detail of `order_already_paid`: keeps its text, because it contains `at`; mark the field \
//!      with `#[api(member)]`, or leave it out of the detail",
//!     "title of `order_gone`: not translated",
//!     "detail of `order_gone`: not translated",
//! ]);
//! ```

mod accept_language;
mod message;
mod missing;
mod sentences;
mod translation;

pub use self::accept_language::AcceptLanguage;
pub use self::message::{Message, MessageKind};
pub use self::missing::{MissingTranslation, missing_translations};
pub(crate) use self::translation::translated;
use crate::problem::LanguageTag;

/// A translator of the texts of errors; the [module](crate::translate) has an example.
///
/// It is called while an error is rendered, at most once for each text, so it must not block.
pub trait Translate: Send + Sync + 'static {
    /// Returns the languages of the service. The first is that of the texts in its code; those of the
    /// library are English.
    fn languages(&self) -> &[LanguageTag];

    /// Chooses the language of a response. `None` means the first of
    /// [`languages`](Self::languages).
    ///
    /// By default that is [`AcceptLanguage::best_of`] the languages.
    fn choose(&self, accepted: &AcceptLanguage) -> Option<LanguageTag> {
        accepted.best_of(self.languages()).cloned()
    }

    /// Returns a text in the language, or `None` if it stays as it is. An empty text counts as
    /// `None`.
    fn translate(&self, language: &LanguageTag, message: &Message<'_>) -> Option<String>;
}
