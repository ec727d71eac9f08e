//! The distribution of latencies.

use std::fmt;
use std::time::Duration;

/// Latencies in nanoseconds. They must be [sorted](Self::sorted) before they are read.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<u64>);

impl Latencies {
    /// Creates an empty list that does not grow until it has `count` latencies.
    pub fn with_room_for(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Sorts the latencies.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_unstable();
        self
    }

    /// Returns the number of latencies.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the latency that `part` of 10,000 requests did not exceed.
    pub fn of_10_000(&self, part: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * part / 10_000).min(last);
        Duration::from_nanos(self.0.get(at).copied().unwrap_or(0))
    }

    /// Returns the latency that 99 of 100 requests did not exceed.
    pub fn p99(&self) -> Duration {
        self.of_10_000(9_900)
    }

    /// Returns the longest latency.
    pub fn longest(&self) -> Duration {
        self.of_10_000(10_000)
    }

    /// Adds all latencies of another list.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(all: I) -> Self {
        let mut latencies = Self::default();
        latencies.extend(all);
        latencies.sorted()
    }
}

impl Extend<Duration> for Latencies {
    fn extend<I: IntoIterator<Item = Duration>>(&mut self, all: I) {
        let nanoseconds = |latency: Duration| u64::try_from(latency.as_nanos());
        self.0.extend(all.into_iter().map(|latency| nanoseconds(latency).unwrap_or(u64::MAX)));
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, p9999, most] =
            [5_000, 9_900, 9_999, 10_000].map(|part| self.of_10_000(part));
        write!(f, "p50 {p50:.2?}, p99 {p99:.2?}, p99.99 {p9999:.2?}, most {most:.2?}")
    }
}

/// Returns a duration as a figure in milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Returns a duration as a figure in microseconds.
pub fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentile_is_the_latency_that_so_many_requests_did_not_exceed() {
        let milliseconds = |range: std::ops::RangeInclusive<u64>| range.map(Duration::from_millis);
        let mut latencies = Latencies::default();
        latencies.extend(milliseconds(51..=100));
        latencies.append(milliseconds(1..=50).collect());
        let latencies = latencies.sorted();
        assert_eq!(latencies.count(), 100);
        assert_eq!(latencies.of_10_000(5_000), Duration::from_millis(51));
        assert_eq!(latencies.p99(), Duration::from_millis(100));
        assert_eq!(latencies.longest(), Duration::from_millis(100));
        assert_eq!(Latencies::default().longest(), Duration::ZERO);
    }
}
