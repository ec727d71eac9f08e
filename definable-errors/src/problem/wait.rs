//! How long a client should wait, in the whole seconds of `Retry-After` (RFC 9110 §10.2.3).

use std::time::Duration;

/// Rounds up to whole seconds, at least one and at most `u32::MAX`.
#[expect(clippy::cast_possible_truncation, reason = "in a `const fn`, and the match has the range")]
pub(crate) const fn retry_after_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_secs().saturating_add(if wait.subsec_nanos() > 0 { 1 } else { 0 });
    match seconds {
        0 => 1,
        1..=0xffff_ffff => seconds as u32,
        _ => u32::MAX,
    }
}

pub(super) const fn as_duration(seconds: Option<u32>) -> Option<Duration> {
    match seconds {
        Some(seconds) => Some(Duration::from_secs(seconds as u64)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_is_rounded_up_to_a_whole_second() {
        let cases = [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (60_000, 60)];
        for (millis, seconds) in cases {
            assert_eq!(retry_after_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
        assert_eq!(retry_after_seconds(Duration::MAX), u32::MAX);
    }
}
