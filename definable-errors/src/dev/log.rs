//! Warnings to the developer who starts the service; without the feature `tracing` they are
//! dropped.

#[cfg(feature = "tracing")]
pub(super) fn warn(text: &str) {
    tracing::warn!(target: "definable_errors", "{text}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn warn(_: &str) {}
