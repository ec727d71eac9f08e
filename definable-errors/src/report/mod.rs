//! Events for operators: one per failed request, and one per body that fails after the head.
//!
//! [`DefaultReport`] emits them through `tracing`. A service that needs more passes a closure or
//! its own [`Report`] to the layer:
//!
//! ```
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::report::{DefaultReport, ErrorEvent, Report};
//!
//! let layer = ApiErrorLayer::new().report(|event: &ErrorEvent<'_>| {
//!     DefaultReport.report(event);
//!     eprintln!("{} {:?}", event.context().id(), event.error());
//! });
//! # let _ = layer;
//! ```
//!
//! A reporter runs where the response is created and must not block: hand slow work to a task. If
//! it panics, the client is not affected. A reporter that is passed to the layer replaces the
//! default one, so it has to call [`DefaultReport`] itself, or there are no events. A closure is
//! called for failures only; a type of your own is also called for clients that disconnected.
//!
//! # Outside of a request
//!
//! What fails after the response, in a job or a spawned task, reaches no layer. A [`Reporter`]
//! reports it with the ids of the request that started the work.

mod event;
mod reporter;
#[cfg(not(feature = "tracing"))]
mod silent;
#[cfg(feature = "tracing")]
mod tracing;
#[cfg(feature = "tracing")]
mod violations;

pub use self::event::ErrorEvent;
pub(crate) use self::reporter::ReportFailure;
pub use self::reporter::{Reported, Reporter};
#[cfg(not(feature = "tracing"))]
pub use self::silent::DefaultReport;
#[cfg(feature = "tracing")]
pub use self::tracing::DefaultReport;
use crate::context::RequestContext;

/// A reporter of failed requests, for operators.
pub trait Report: Send + Sync + 'static {
    /// Reports a failed request. It is called once per response, wherever the error was created,
    /// and once more if a body, a stream or a socket fails after the head of its response was sent.
    fn report(&self, event: &ErrorEvent<'_>);

    /// Reports that the client disconnected before there was a response, while one of our extractors
    /// was reading its body, or while a handler was using its `stream::Socket`. That is not an error;
    /// it counts as 499.
    fn client_disconnected(&self, context: &RequestContext) {
        let _ = context;
    }
}

impl<F: Fn(&ErrorEvent<'_>) + Send + Sync + 'static> Report for F {
    fn report(&self, event: &ErrorEvent<'_>) {
        self(event);
    }
}
