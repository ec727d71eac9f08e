//! Warnings for operators; without the feature `tracing` nothing is logged.

use std::sync::atomic::{AtomicBool, Ordering};

/// Logs a warning.
#[cfg(feature = "tracing")]
pub(crate) fn warn(text: &str) {
    tracing::warn!(target: "definable_errors", "{text}");
}

/// Drops the warning.
#[cfg(not(feature = "tracing"))]
pub(crate) const fn warn(_: &str) {}

/// A warning that is logged once per process, as a `static`.
#[derive(Debug)]
pub(crate) struct WarnOnce {
    is_logged: AtomicBool,
}

impl WarnOnce {
    pub(crate) const fn new() -> Self {
        Self { is_logged: AtomicBool::new(false) }
    }

    /// Returns whether the warning was not logged yet, so that a caller can skip looking for its
    /// cause.
    pub(crate) fn is_due(&self) -> bool {
        !self.is_logged.load(Ordering::Relaxed)
    }

    /// Logs the warning the first time, and does nothing from then on.
    pub(crate) fn log(&self, text: impl FnOnce() -> String) {
        if self.is_due() && !self.is_logged.swap(true, Ordering::Relaxed) {
            warn(&text());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warning_is_built_once() {
        let (warning, mut texts) = (WarnOnce::new(), 0);
        for _ in 0..3 {
            warning.log(|| {
                texts += 1;
                "a test logs this".to_owned()
            });
            assert!(!warning.is_due());
        }
        assert_eq!(texts, 1);
    }
}
