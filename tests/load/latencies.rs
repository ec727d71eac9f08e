use std::fmt;
use std::time::Duration;

/// Latencies in nanoseconds, sorted when they are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<u32>);

impl Latencies {
    pub(crate) fn with_room_for(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort_unstable();
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the latency that `part` of 10,000 requests did not exceed. The latencies must be
    /// sorted.
    pub(crate) fn of_10_000(&self, part: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * part / 10_000).min(last);
        Duration::from_nanos(self.0.get(at).copied().unwrap_or(0).into())
    }

    pub(crate) fn p99(&self) -> Duration {
        self.of_10_000(9_900)
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(all: I) -> Self {
        let mut latencies = Self::default();
        latencies.extend(all);
        latencies.sorted()
    }
}

/// Adds latencies; one of more than four seconds counts as four.
impl Extend<Duration> for Latencies {
    fn extend<I: IntoIterator<Item = Duration>>(&mut self, all: I) {
        let nanoseconds = |latency: Duration| u32::try_from(latency.as_nanos());
        self.0.extend(all.into_iter().map(|latency| nanoseconds(latency).unwrap_or(u32::MAX)));
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, p9999, most] =
            [5_000, 9_900, 9_999, 10_000].map(|part| self.of_10_000(part));
        write!(f, "p50 {p50:.2?}, p99 {p99:.2?}, p99.99 {p9999:.2?}, most {most:.2?}")
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

pub(crate) fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
