/// The level at which a problem is logged.
///
/// The default follows the status: 5xx [`Error`](Level::Error), 429 [`Info`](Level::Info), any
/// other 4xx [`Debug`](Level::Debug).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For tracing every step.
    Trace,
    /// A mistake of the client.
    Debug,
    /// Worth counting.
    Info,
    /// Worth a look.
    Warn,
    /// An operator must look at it.
    Error,
}
