//! What headers tell of quotas: draft-ietf-httpapi-ratelimit-headers-11 and the older `X-RateLimit-*`.
//! The draft may change; nothing of it is written elsewhere.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::told::Told;
use super::{Decision, Quota, Standing};
use crate::respond::number;

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What is the same in every response, written once.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    policy: HeaderValue,
    quotas: Box<[Named]>,
    is_legacy: bool,
}

/// A quota, its name as a structured field has it, and its limit as the older one has it.
#[derive(Debug, Clone)]
struct Named {
    quota: Quota,
    start: Box<[u8]>,
    limit: HeaderValue,
    window: HeaderValue,
    told: Told,
}

impl Fields {
    pub(super) fn new(quotas: &[Quota], is_legacy: bool) -> Self {
        let policies: Vec<_> = quotas.iter().map(policy).collect();
        let policy = HeaderValue::from_str(&policies.join(", ")).expect("names are visible ASCII");
        Self { policy, quotas: quotas.iter().map(Named::new).collect(), is_legacy }
    }

    /// Adds to what limits further in have said already.
    pub(super) fn write(&self, decision: &Decision, headers: &mut HeaderMap) {
        let Some((named, standing)) = self.strictest(decision) else { return };
        if self.is_legacy {
            // And the length of the body, so that the map grows once.
            headers.reserve(6);
        }
        headers.append(RATELIMIT_POLICY, self.policy.clone());
        let is_first = !headers.append(RATELIMIT, named.limit_field(standing));
        if self.is_legacy && (is_first || !is_stricter(headers, standing)) {
            for (name, value) in named.legacy(standing) {
                headers.insert(name, value);
            }
        }
    }

    pub(super) fn of_refusal(&self, decision: &Decision) -> Vec<(HeaderName, HeaderValue)> {
        let mut fields = Vec::with_capacity(5);
        if let Some((named, standing)) = self.strictest(decision) {
            fields.push((RATELIMIT_POLICY, self.policy.clone()));
            fields.push((RATELIMIT, named.limit_field(standing)));
            if self.is_legacy {
                fields.extend(named.legacy(standing));
            }
        }
        fields
    }

    /// The longest wait, or else the least that is left.
    fn strictest<'a>(&'a self, decision: &'a Decision) -> Option<(&'a Named, &'a Standing)> {
        if let ([named], [standing]) = (&*self.quotas, decision.standings()) {
            return Some((named, standing));
        }
        let all = self.quotas.iter().zip(decision.standings());
        all.min_by_key(|(_, standing)| {
            (
                u64::MAX - standing.wait_seconds(),
                standing.remaining(),
                u64::MAX - standing.full_in_seconds(),
            )
        })
    }
}

/// There is one of each, so a limit further in that has less left keeps its own.
fn is_stricter(headers: &HeaderMap, standing: &Standing) -> bool {
    let Some(known) = headers.get(X_REMAINING) else { return false };
    let known = known.to_str().ok().and_then(|digits| digits.parse::<u32>().ok());
    known.is_some_and(|known| known <= standing.remaining())
}

/// `"default";q=100;w=60`
fn policy(quota: &Quota) -> String {
    format!("{};q={};w={}", string(quota.name()), quota.limit(), quota.window_seconds())
}

/// A structured field's string (RFC 9651 §3.3.3).
fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Named {
    fn new(quota: &Quota) -> Self {
        let start = [&*string(quota.name()), ";r="].concat().into_bytes().into();
        let (limit, window) = (number(quota.limit().into()), number(quota.window_seconds()));
        let told = Told::new(quota.capacity(), quota.window_seconds());
        Self { quota: *quota, start, limit, window, told }
    }

    fn legacy(&self, standing: &Standing) -> [(HeaderName, HeaderValue); 3] {
        // After most requests it takes the whole window until all of it is there again.
        let reset = match self.reset(standing) {
            reset if reset == self.quota.window_seconds() => self.window.clone(),
            reset => number(reset),
        };
        let remaining = number(standing.remaining().into());
        [(X_LIMIT, self.limit.clone()), (X_REMAINING, remaining), (X_RESET, reset)]
    }

    /// `"default";r=42;t=17`
    fn limit_field(&self, standing: &Standing) -> HeaderValue {
        let (remaining, time) = (standing.remaining(), self.time(standing));
        self.told.or_write(remaining, time, || self.written(remaining, time))
    }

    fn written(&self, remaining: u32, time: u64) -> HeaderValue {
        let (mut digits, mut more_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (remaining, time) = (digits.format(remaining), more_digits.format(time));
        let pieces = [&*self.start, remaining.as_bytes(), b";t=", time.as_bytes()].concat();
        HeaderValue::from_maybe_shared(Bytes::from(pieces)).expect("names are visible ASCII")
    }

    /// The time that the remaining requests have to last; on a refusal, the wait (RL-7).
    fn time(&self, standing: &Standing) -> u64 {
        if standing.is_exceeded() {
            return standing.wait_seconds();
        }
        // RL-8: not all of a long window's requests in its last second.
        let window = self.quota.window_seconds();
        let fair = (u64::from(standing.remaining()) * window).div_ceil(self.quota.limit().into());
        standing.full_in_seconds().min(window).max(fair)
    }

    /// The time until all, or on a refusal enough, is there again.
    fn reset(&self, standing: &Standing) -> u64 {
        match standing.is_exceeded() {
            true => standing.wait_seconds(),
            false => standing.full_in_seconds().min(self.quota.window_seconds()),
        }
    }
}
