/// What becomes of requests while Redis fails: it cannot be reached, is too slow, or says no
/// (`READONLY`, `OOM`, `LOADING`, `MOVED`, …).
///
/// There is no default, because there is no right one for every service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFailure {
    /// Each process counts for itself, in a [`MemoryStore`](super::super::MemoryStore), with a limit
    /// that is its share: the limit over the number of processes, one at least.
    ///
    /// For most services. While Redis fails, all of them together admit no more than the limit, unless
    /// that is below the number of processes. What Redis admitted is part of the shares, so a client
    /// whose requests are spread evenly has twice the limit at most in the window of a failure, and
    /// that only if Redis comes back empty.
    Local {
        /// How many processes share the quotas; zero is taken for one.
        replicas: u32,
    },
    /// Everybody is let in and nothing is counted. For quotas that only keep the peace.
    Open,
    /// Everybody is refused with a 503 `overloaded` that asks to wait for one to three seconds. For
    /// what must not be guessed: passwords, codes, payments.
    Closed,
}
