//! When requests were admitted, or should have been.

use std::collections::VecDeque;
use std::time::Duration;

/// The most of these that lie in one window, wherever it begins. Sorted.
pub(crate) fn most_within(admitted: &[Duration], window: Duration) -> u32 {
    let (mut first, mut most) = (0, 0);
    for (at, moment) in admitted.iter().enumerate() {
        while moment.saturating_sub(admitted[first]) >= window {
            first += 1;
        }
        most = most.max(at - first + 1);
    }
    most.try_into().unwrap()
}

/// How many of these a log of all requests would admit. Sorted.
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

/// How many of these a bucket would admit that holds so many and gets one after each step. Sorted.
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
