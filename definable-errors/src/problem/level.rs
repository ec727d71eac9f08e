use super::ErrorStatus;

/// The level at which a problem is logged.
///
/// The default follows the status: 5xx [`Error`](Level::Error), 429 [`Info`](Level::Info), any
/// other 4xx [`Debug`](Level::Debug).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the levels are those of tracing and log")]
pub enum Level {
    /// For tracing every step.
    Trace,
    /// A mistake of the client.
    Debug,
    /// An event that is worth counting.
    Info,
    /// An event that is worth a look.
    Warn,
    /// A failure that an operator must look at.
    Error,
}

impl Level {
    /// Returns the default level of a status.
    pub(super) const fn of(status: ErrorStatus) -> Self {
        match status.as_u16() {
            429 => Self::Info,
            400..=499 => Self::Debug,
            _ => Self::Error,
        }
    }
}
