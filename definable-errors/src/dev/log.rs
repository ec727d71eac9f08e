//! Warnings to whoever starts the service; without the feature `tracing` there is nobody to tell.

#[cfg(feature = "tracing")]
pub(super) fn warn(text: &str) {
    tracing::warn!(target: "definable_errors", "{text}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn warn(_: &str) {}
