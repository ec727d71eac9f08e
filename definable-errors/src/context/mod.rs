//! The context of one request and its response: ids, trace context, method, route, subject,
//! deadline.
//!
//! [`ApiErrorLayer`](crate::ApiErrorLayer) creates one [`RequestContext`] per request. Handlers and
//! extractors extract it like any other value; without a layer, the first extraction creates it:
//!
//! ```
//! use definable_errors::RequestContext;
//!
//! async fn handler(context: RequestContext) -> String {
//!     format!("tell support {}", context.request_id())
//! }
//! ```
//!
//! The code that authenticates the caller sets the subject with [`RequestContext::set_subject`];
//! the extractors of authentication do so. Reporters read it from the event's context. The time
//! that is left for the answer is the [`Deadline`].
//!
//! Settings that compare the current time with a date, such as the expiry of a token, take a
//! [`Clock`], so that tests can set the time. Settings that list the origins of web pages return an
//! `OriginError` for a text that is not an origin (features `auth`, `cors` and `csrf`).

#[cfg(feature = "opentelemetry")]
mod active_trace;
mod deadline;
mod inbound;
#[cfg(not(feature = "opentelemetry"))]
mod no_active_trace;
#[cfg(any(feature = "cors", feature = "rate-limit"))]
mod preflight;
mod request_context;
mod subject;
mod trace_context;
#[cfg(feature = "upstream")]
mod trace_state;

#[cfg(feature = "upstream")]
pub(crate) use self::active_trace::active_parent;
pub use self::deadline::Deadline;
pub use self::inbound::X_REQUEST_ID;
#[cfg(not(feature = "opentelemetry"))]
use self::no_active_trace as active_trace;
#[cfg(feature = "rate-limit")]
pub(crate) use self::preflight::UnansweredPreflight;
#[cfg(any(feature = "cors", feature = "rate-limit"))]
pub(crate) use self::preflight::is_preflight;
pub use self::request_context::RequestContext;
pub use self::subject::{Subject, SubjectKind};
pub use self::trace_context::{TraceContext, TraceContextError};
#[cfg(any(feature = "auth", feature = "cors", feature = "csrf"))]
pub use crate::support::OriginError;
pub use crate::support::{Clock, DefaultClock};
