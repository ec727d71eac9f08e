/// How loudly a problem is logged.
///
/// The default follows the status: 5xx [`Error`](Level::Error), 429 [`Info`](Level::Info), any
/// other 4xx [`Debug`](Level::Debug).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For those who follow every step.
    Trace,
    /// A client's mistake.
    Debug,
    /// Worth counting.
    Info,
    /// Worth a look.
    Warn,
    /// Somebody must look.
    Error,
}
