//! Events about circuits; without the feature `tracing` they are dropped.

use std::time::Duration;

/// Logs that the circuit of a service has opened. It is logged once for each time that it opens.
#[cfg(feature = "tracing")]
pub(super) fn opened(upstream: &str, time: Duration) {
    let seconds = time.as_secs_f64();
    tracing::warn!(target: "definable_errors", upstream, seconds, "circuit opened");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn opened(_: &str, _: Duration) {}
