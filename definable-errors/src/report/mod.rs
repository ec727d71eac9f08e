//! What operators are told: one event per failed request, and one per body that fails after the head.
//!
//! [`DefaultReport`] emits it through `tracing`. A service that wants more gives the layer a closure
//! or its own [`Report`]:
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
//! A reporter runs where the response is made and must not block: hand slow work to a task. If it
//! panics, the client notices nothing. A reporter given to the layer takes the default's
//! place, so it calls [`DefaultReport`] itself or there are no events. A closure hears of failures
//! only; a type of its own also hears of clients that went away.

mod event;
#[cfg(not(feature = "tracing"))]
mod silent;
#[cfg(feature = "tracing")]
mod tracing;
#[cfg(feature = "tracing")]
mod violations;

pub use self::event::ErrorEvent;
#[cfg(not(feature = "tracing"))]
pub use self::silent::DefaultReport;
#[cfg(feature = "tracing")]
pub use self::tracing::DefaultReport;
use crate::context::RequestContext;

/// Tells operators about failed requests.
pub trait Report: Send + Sync + 'static {
    /// A request failed. Called once per response, whoever made the error, and once more when the body
    /// of a response fails after its head was sent.
    fn report(&self, event: &ErrorEvent<'_>);

    /// The client went away before there was an answer, or amid a body that one of our extractors
    /// was reading. That is no error; it counts as 499.
    fn client_disconnected(&self, context: &RequestContext) {
        let _ = context;
    }
}

impl<F: Fn(&ErrorEvent<'_>) + Send + Sync + 'static> Report for F {
    fn report(&self, event: &ErrorEvent<'_>) {
        self(event);
    }
}
