//! What is known of this one request and its response: ids, trace context, method, route, subject,
//! deadline.
//!
//! [`ApiErrorLayer`](crate::ApiErrorLayer) makes one [`RequestContext`] per request. Handlers and
//! extractors ask for it like for anything else; where no layer stands, the first one who asks
//! makes it:
//!
//! ```
//! use definable_errors::RequestContext;
//!
//! async fn handler(context: RequestContext) -> String {
//!     format!("tell support {}", context.request_id())
//! }
//! ```
//!
//! Whoever finds out who asks says so with [`RequestContext::set_subject`]; the extractors of
//! authentication do. Reporters read it from the event's context. How long there is to answer is
//! the [`Deadline`].

mod deadline;
mod inbound;
#[cfg(any(feature = "cors", feature = "rate-limit"))]
mod preflight;
mod request_context;
mod request_id;
mod subject;
mod trace_context;

pub use self::deadline::Deadline;
#[cfg(feature = "rate-limit")]
pub(crate) use self::preflight::UnansweredPreflight;
#[cfg(any(feature = "cors", feature = "rate-limit"))]
pub(crate) use self::preflight::is_preflight;
pub use self::request_context::RequestContext;
pub use self::request_id::X_REQUEST_ID;
pub use self::subject::{Subject, SubjectKind};
pub use self::trace_context::{TraceContext, TraceContextError};
