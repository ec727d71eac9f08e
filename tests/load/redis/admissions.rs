//! Counts of requests that were admitted, or that should have been.

use std::collections::VecDeque;
use std::time::Duration;

/// Returns the most requests that are certainly within one window. Each was admitted between two
/// moments, and they must be sorted.
pub(crate) fn most_within(admitted: &[[Duration; 2]], window: Duration) -> u32 {
    let within = |from: usize| {
        let until = admitted[from][0] + window;
        let later = admitted[from..].iter().take_while(|[earliest, _]| *earliest < until);
        later.filter(|[_, latest]| *latest < until).count()
    };
    (0..admitted.len()).map(within).max().unwrap_or(0).try_into().unwrap()
}

/// Returns how many requests an exact log would admit. The moments must be sorted.
pub(crate) fn by_log(asked: &[Duration], limit: u32, window: Duration) -> u32 {
    let (mut log, mut admitted) = (VecDeque::new(), 0);
    for moment in asked {
        while log.front().is_some_and(|first: &Duration| moment.saturating_sub(*first) >= window) {
            log.pop_front();
        }
        if log.len() < limit as usize {
            log.push_back(*moment);
            admitted += 1;
        }
    }
    admitted
}

/// Returns how many requests a bucket of `burst` would admit that gains one per `step`. The moments
/// must be sorted.
pub(crate) fn by_bucket(asked: &[Duration], burst: u32, step: Duration) -> u32 {
    let (mut used_until, mut admitted) = (Duration::ZERO, 0);
    for moment in asked {
        let until = used_until.max(*moment) + step;
        if until <= *moment + step * burst {
            used_until = until;
            admitted += 1;
        }
    }
    admitted
}
