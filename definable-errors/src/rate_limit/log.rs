//! What whoever runs the service has to know; without the feature `tracing` nobody listens.

#[cfg(feature = "tracing")]
pub(super) fn error(text: &str) {
    tracing::error!(target: "definable_errors", "{text}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn error(_: &str) {}
