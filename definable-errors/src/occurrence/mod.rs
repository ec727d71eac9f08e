//! What is known of this one request and its response: ids, trace context, method, route, subject,
//! deadline.
//!
//! [`ApiErrorLayer`](crate::ApiErrorLayer) makes one [`Occurrence`] per request. Handlers and
//! extractors ask for it like for anything else; where no layer stands, the first one who asks
//! makes it:
//!
//! ```
//! use definable_errors::Occurrence;
//!
//! async fn handler(occurrence: Occurrence) -> String {
//!     format!("tell support {}", occurrence.request_id())
//! }
//! ```
//!
//! Whoever finds out who asks says so with [`Occurrence::set_subject`]; the extractors of
//! authentication do. Reporters read it from the event's occurrence. How long there is to answer is
//! the [`Deadline`].

mod deadline;
mod inbound;
#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod occurrence;
#[cfg(any(feature = "cors", feature = "rate-limit"))]
mod preflight;
mod request_id;
mod subject;
mod trace_context;

pub use self::deadline::Deadline;
pub use self::occurrence::Occurrence;
#[cfg(feature = "rate-limit")]
pub(crate) use self::preflight::UnansweredPreflight;
#[cfg(any(feature = "cors", feature = "rate-limit"))]
pub(crate) use self::preflight::is_preflight;
pub use self::request_id::X_REQUEST_ID;
pub use self::subject::{Subject, SubjectKind};
pub use self::trace_context::{InvalidTraceContext, TraceContext};
