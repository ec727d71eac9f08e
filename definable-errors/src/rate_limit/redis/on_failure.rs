/// The handling of requests while Redis fails: it cannot be reached, is too slow, or returns an
/// error (`READONLY`, `OOM`, `LOADING`, `MOVED`, …).
///
/// There is no default, because there is no right one for every service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFailure {
    /// Each process counts for itself, in a [`MemoryStore`](super::super::MemoryStore), with its
    /// share of the limit: the limit divided by the number of processes, at least one.
    ///
    /// This is for most services. While Redis fails, all processes together admit no more than the
    /// limit, unless the limit is below the number of processes. What Redis admitted is counted in
    /// the shares, so a client whose requests are spread evenly gets at most twice the limit in the
    /// window of a failure, and that only if Redis comes back empty.
    Local {
        /// The number of processes that share the quotas; zero counts as one.
        replicas: u32,
    },
    /// Every client is admitted and nothing is counted. This is for quotas that only ensure
    /// fairness.
    Open,
    /// Every client is rejected with 503 `overloaded` and a `Retry-After` of one to three seconds.
    /// This is for what must not be guessed: passwords, codes, payments.
    Closed,
}
