//! Error bodies: one problem, five representations.
//!
//! `Accept` chooses among `application/problem+json`, HTML, plain text, Markdown and XML (RFC 9110
//! §12.5.1); a missing or malformed one means JSON. An error never becomes a 406.
//!
//! # Markdown for agents
//!
//! `text/markdown` is for programs that decide what to do next, such as agents based on language
//! models. It begins with YAML front matter, in which every scalar is in double quotes and escaped as
//! JSON is:
//!
//! ```text
//! ---
//! type: "/problems/rate_limited"
//! title: "Rate limited"
//! status: "429"
//! code: "rate_limited"
//! category: "rate_limit"
//! retryable: "true"
//! retry_after: "30"
//! request_id: "01a22aae-395d-75c0-a50d-7778f528f740"
//! instance: "urn:uuid:01a22aae-395d-75c0-a50d-7778f528f740"
//! ---
//!
//! # 429 Rate limited
//!
//! ## What happened
//!
//! > Too many requests
//!
//! ## What to do
//!
//! - Wait at least 30 seconds, then send the same request again.
//! - If it fails again, double the wait each time, add a random part to it, and stop after five attempts.
//! ```
//!
//! `category` is `client` if the request has to change, `auth` if the credentials or permissions have
//! to, `rate_limit`, `server`, or `upstream` for a failure of a service behind this one. `retryable` is
//! always present, the wait and the ids only if there are any.
//!
//! *What happened* has the detail in a block quote, then the violations and the other members as
//! lists. *What to do* follows from the status, the code and the wait alone. No text of a request or
//! of a service can leave its place: it is escaped, so that it is neither a heading nor a link nor
//! HTML.
//!
//! # Formats of your own
//!
//! A service with an error format of its own implements [`Render`] and passes it to
//! [`ApiErrorLayer::render`](crate::ApiErrorLayer::render):
//!
//! ```
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::render::{Failure, Rendering, Representation};
//!
//! let layer = ApiErrorLayer::new().render(|failure: &Failure| {
//!     let problem = failure.problem();
//!     let body = serde_json::json!({ "ok": false, "error": problem.code() });
//!     Rendering::Ready(Representation::new("application/json", body.to_string()))
//! });
//! # let _ = layer;
//! ```
//!
//! Two formats of other frameworks are ready-made: [`ErrorsEnvelope`] writes
//! `{"errors": {"email": ["…"]}}`, [`DetailEnvelope`] `{"detail": [{"loc": […], …}]}`.
//!
//! [`Failure::media_type`] is the representation that the client prefers; a service with a single
//! format ignores it, and its errors get no `Vary: Accept`. A renderer that chooses by it returns
//! `true` from [`Render::depends_on_accept`]. A change of the problem alone, such as a further member, is made by
//! [`ApiErrorLayer::map`](crate::ApiErrorLayer::map).

mod advice;
mod detail_envelope;
mod document;
mod errors_envelope;
pub(crate) mod escape;
mod failure;
mod formats;
mod html;
mod human;
mod json;
mod markdown;
mod media_type;
mod template;
mod text;
mod xml;

use http::request::Parts;

#[cfg(feature = "catalog")]
pub(crate) use self::advice::what_to_do;
pub use self::detail_envelope::DetailEnvelope;
pub(crate) use self::document::{Document, Ids};
pub use self::errors_envelope::ErrorsEnvelope;
pub use self::failure::{Captured, Failure};
pub(crate) use self::formats::represent;
pub use self::formats::{Rendering, Representation};
pub(crate) use self::json::json;
pub use self::media_type::{MediaType, negotiate};
pub(crate) use self::template::Template;

/// A renderer that writes the bodies of errors in a service's own format.
///
/// Status and headers are the same whatever it writes. If it panics, the standard body is sent.
pub trait Render: Send + Sync + 'static {
    /// Captures what [`render`](Self::render) will need of the request. It is called for every
    /// request, so it should do as little as possible.
    fn capture(&self, request: &Parts) -> Option<Captured> {
        let _ = request;
        None
    }

    /// Writes the body of one error; [`Rendering::Standard`] leaves it to the library.
    fn render(&self, failure: &Failure) -> Rendering;

    /// Returns whether the body depends on the `Accept` header of the request, so that the response
    /// needs `Vary: Accept` (RFC 9110 §12.5.5). The default is `false`, also for closures.
    ///
    /// A body of the library, as [`Rendering::Standard`] or by [`Failure::standard`], has
    /// `Vary: Accept` in any case.
    fn depends_on_accept(&self) -> bool {
        false
    }
}

impl<F: Fn(&Failure) -> Rendering + Send + Sync + 'static> Render for F {
    fn render(&self, failure: &Failure) -> Rendering {
        self(failure)
    }
}
