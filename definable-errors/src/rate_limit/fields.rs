//! The header fields that describe quotas, as defined by draft-ietf-httpapi-ratelimit-headers-11,
//! and the older `X-RateLimit-*`. The draft may change; everything that depends on it is in this
//! file.

use std::sync::OnceLock;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Decision, Quota, QuotaStatus};
use crate::problem::List;
use crate::respond::number;

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The parts that are the same in every response, serialized once.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    policy: HeaderValue,
    quotas: Box<[Named]>,
    is_legacy: bool,
}

/// A quota, its name as a structured field, and its limit as the value of the older field.
#[derive(Debug, Clone)]
struct Named {
    quota: Quota,
    start: Box<[u8]>,
    limit: HeaderValue,
    window: HeaderValue,
    /// Values already serialized for admitted requests, by the number of remaining requests, with
    /// the time that belongs to it.
    admitted: HeaderCache<HeaderValue>,
    /// Values already serialized for refused requests, by the wait, with the number of remaining
    /// requests.
    refused: HeaderCache<List<(HeaderName, HeaderValue)>>,
}

impl Fields {
    pub(super) fn new(quotas: &[Quota], is_legacy: bool) -> Self {
        let policies: Vec<_> = quotas.iter().map(policy).collect();
        let policy = HeaderValue::from_str(&policies.join(", ")).expect("names are visible ASCII");
        Self { policy, quotas: quotas.iter().map(Named::new).collect(), is_legacy }
    }

    /// Adds the fields to those that limits further in have already written.
    pub(super) fn write(&self, decision: &Decision, headers: &mut HeaderMap) {
        let Some((named, status)) = self.strictest(decision) else { return };
        if self.is_legacy {
            // This also reserves space for the length of the body, so that the map grows only once.
            headers.reserve(6);
        }
        headers.append(RATELIMIT_POLICY, self.policy.clone());
        let is_first = !headers.append(RATELIMIT, named.limit_field(status));
        if self.is_legacy && (is_first || !is_stricter(headers, status, Named::reset(status))) {
            for (name, value) in named.legacy(status) {
                headers.insert(name, value);
            }
        }
    }

    pub(super) fn of_refusal(&self, decision: &Decision) -> List<(HeaderName, HeaderValue)> {
        let Some((named, status)) = self.strictest(decision) else { return List::EMPTY };
        let (wait, remaining) = (status.wait_seconds(), status.remaining().into());
        named.refused.or_write(wait, remaining, || self.refusing(named, status))
    }

    fn refusing(&self, named: &Named, status: &QuotaStatus) -> List<(HeaderName, HeaderValue)> {
        let policy = (RATELIMIT_POLICY, self.policy.clone());
        let mut fields = vec![policy, (RATELIMIT, named.written(status))];
        if self.is_legacy {
            fields.extend(named.legacy(status));
        }
        List::shared(fields)
    }

    /// Returns the quota with the longest wait, or if there is none, the one with the least
    /// remaining.
    fn strictest<'a>(&'a self, decision: &'a Decision) -> Option<(&'a Named, &'a QuotaStatus)> {
        if let ([named], [status]) = (&*self.quotas, decision.statuses()) {
            return Some((named, status));
        }
        let all = self.quotas.iter().zip(decision.statuses());
        all.min_by_key(|(_, status)| {
            (
                u64::MAX - status.wait_seconds(),
                status.remaining(),
                u64::MAX - status.reset_after_seconds(),
            )
        })
    }
}

/// Returns whether a limit further in, whose fields are already there, has less left, or as little
/// for longer. There is only one of each field, so in that case the existing fields are kept.
fn is_stricter(headers: &HeaderMap, status: &QuotaStatus, reset: u64) -> bool {
    let known = |name| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let (Some(left), Some(known_reset)) = (known(X_REMAINING), known(X_RESET)) else {
        return false;
    };
    (left, reset) <= (status.remaining().into(), known_reset)
}

/// Returns the policy as a structured field, such as `"default";q=100;w=60`.
fn policy(quota: &Quota) -> String {
    format!("{};q={};w={}", string(quota.name()), quota.limit(), quota.window_seconds())
}

/// Serializes a string of a structured field (RFC 9651 §3.3.3).
fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Named {
    fn new(quota: &Quota) -> Self {
        let start = [&*string(quota.name()), ";r="].concat().into_bytes().into();
        let (limit, window) = (number(quota.limit().into()), number(quota.window_seconds()));
        let admitted = HeaderCache::new(quota.capacity().into());
        // No client waits much longer than one window.
        let refused = HeaderCache::new(2 * quota.window_seconds());
        Self { quota: *quota, start, limit, window, admitted, refused }
    }

    fn legacy(&self, status: &QuotaStatus) -> [(HeaderName, HeaderValue); 3] {
        // After most requests it takes the whole window until the quota is full again.
        let reset = match Self::reset(status) {
            reset if reset == self.quota.window_seconds() => self.window.clone(),
            reset => number(reset),
        };
        let remaining = number(status.remaining().into());
        [(X_LIMIT, self.limit.clone()), (X_REMAINING, remaining), (X_RESET, reset)]
    }

    fn limit_field(&self, status: &QuotaStatus) -> HeaderValue {
        let (remaining, time) = (status.remaining().into(), self.time(status));
        self.admitted.or_write(remaining, time, || self.written(status))
    }

    /// Serializes the status, such as `"default";r=42;t=17`.
    fn written(&self, status: &QuotaStatus) -> HeaderValue {
        let (mut digits, mut more_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (remaining, time) =
            (digits.format(status.remaining()), more_digits.format(self.time(status)));
        let pieces = [&*self.start, remaining.as_bytes(), b";t=", time.as_bytes()].concat();
        HeaderValue::from_maybe_shared(Bytes::from(pieces)).expect("names are visible ASCII")
    }

    /// Returns the time until everything that was used is available again, or the time that the
    /// remaining requests have to last, whichever is longer; for a refusal, the wait, as in
    /// `Retry-After` (section 6 of the draft). A client that waits that long finds what was
    /// announced.
    fn time(&self, status: &QuotaStatus) -> u64 {
        if status.is_exceeded() {
            return status.wait_seconds();
        }
        // Not all requests of a long window should come in its last second (section 6 of the
        // draft).
        let window = self.quota.window_seconds();
        let fair = (u64::from(status.remaining()) * window).div_ceil(self.quota.limit().into());
        status.reset_after_seconds().max(fair)
    }

    /// Returns the time until the whole quota, or on a refusal enough of it, is available again.
    const fn reset(status: &QuotaStatus) -> u64 {
        if status.is_exceeded() { status.wait_seconds() } else { status.reset_after_seconds() }
    }
}

/// A cache of serialized header values. Most clients receive the same values as others did.
///
/// Without it a refused request takes 16,220 instructions in place of 14,130, and an admitted one
/// 10,890 in place of 10,360. `tests/bench` allows neither.
#[derive(Debug, Clone)]
pub(super) struct HeaderCache<T>(Box<[OnceLock<(u64, T)>]>);

/// The largest number of slots. Larger numbers are serialized each time.
const MOST: u64 = 256;

impl<T: Clone> HeaderCache<T> {
    /// Creates a cache of `places` slots, or of fewer.
    pub(super) fn new(places: u64) -> Self {
        Self((0..places.min(MOST)).map(|_| OnceLock::new()).collect())
    }

    /// Returns the value for two numbers, serializing it if it is not cached. The first number
    /// selects the slot, which keeps the value of the second number that came first.
    fn or_write(&self, place: u64, second: u64, write: impl Fn() -> T) -> T {
        let place = usize::try_from(place).ok().and_then(|place| self.0.get(place));
        match place.map(|place| place.get_or_init(|| (second, write()))) {
            Some((known, written)) if *known == second => written.clone(),
            _ => write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_told_before_it_is_right() {
        let written = HeaderCache::new(100);
        for _ in 0..2 {
            for (first, second) in [(0, 1), (0, 60), (99, 60), (100, 60), (99, 59)] {
                assert_eq!(written.or_write(first, second, || (first, second)), (first, second));
            }
        }
    }

    #[test]
    fn what_is_told_often_is_written_once() {
        let written = HeaderCache::new(1000);
        let _ = written.or_write(255, 60, || "written");
        assert_eq!(written.or_write(255, 60, || "written again"), "written");
        let _ = written.or_write(256, 60, || "written");
        assert_eq!(written.or_write(256, 60, || "written again"), "written again");
    }
}
