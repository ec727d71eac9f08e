//! Log events for the operators of a service; without the feature `tracing` nothing is logged.

#[cfg(feature = "tracing")]
pub(super) fn warn(text: &str) {
    tracing::warn!(target: "definable_errors", "{text}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn warn(_: &str) {}
