//! Whether a request is sent again, and when.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, Method, StatusCode};
use retry_policies::policies::ExponentialBackoff;
use retry_policies::{Jitter, RetryDecision, RetryPolicy};

/// The header that makes any request repeatable (draft-ietf-httpapi-idempotency-key-header).
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How often proxies in front of the service have tried already, in Envoy's responses.
const ATTEMPT_COUNT: HeaderName = HeaderName::from_static("x-envoy-attempt-count");

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Whether the service can do the same request twice without harm: its method is idempotent (RFC
/// 9110 §9.2.2), or it has a key by which the service recognizes it.
pub(super) fn is_repeatable(method: &Method, headers: &HeaderMap) -> bool {
    method.is_idempotent() || headers.contains_key(IDEMPOTENCY_KEY)
}

/// Whether the error proves that nothing of the request was sent: there was no connection.
pub(super) fn is_unsent(error: &reqwest::Error) -> bool {
    error.is_connect()
}

/// Whether another attempt may get another answer. It may not if a proxy has tried again already.
pub(super) fn is_passing(status: StatusCode, headers: &HeaderMap) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504) && attempts(headers) <= 1
}

fn attempts(headers: &HeaderMap) -> u32 {
    let count = headers.get(ATTEMPT_COUNT).and_then(|count| count.to_str().ok());
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// Returns the wait before the next attempt: a random part of a time that doubles, so that many
/// callers do not come back at once.
pub(super) fn backoff(attempts: u32) -> Duration {
    let policy = ExponentialBackoff::builder()
        .retry_bounds(FIRST_WAIT, LONGEST_WAIT)
        .jitter(Jitter::Full)
        .base(2)
        .build_with_max_retries(u32::MAX);
    let now = SystemTime::now();
    match policy.should_retry(now, attempts.saturating_sub(1).min(30)) {
        RetryDecision::Retry { execute_after } => {
            execute_after.duration_since(now).unwrap_or_default().min(LONGEST_WAIT)
        }
        RetryDecision::DoNotRetry => LONGEST_WAIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_idempotent_methods_and_requests_with_a_key_are_repeatable() {
        let (none, mut key) = (HeaderMap::new(), HeaderMap::new());
        key.insert(IDEMPOTENCY_KEY, "\"8e03978e\"".parse().unwrap());
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert!(is_repeatable(&method, &none), "{method}");
        }
        for method in [Method::POST, Method::PATCH] {
            assert!(!is_repeatable(&method, &none) && is_repeatable(&method, &key), "{method}");
        }
    }

    #[test]
    fn answer_that_was_already_tried_again_for_is_final() {
        let headers = |count: &str| HeaderMap::from_iter([(ATTEMPT_COUNT, count.parse().unwrap())]);
        let status = StatusCode::SERVICE_UNAVAILABLE;
        assert!(is_passing(status, &HeaderMap::new()));
        assert!(is_passing(status, &headers("1")) && is_passing(status, &headers("many")));
        assert!(!is_passing(status, &headers("2")));
        for status in [400, 404, 409, 500, 501] {
            assert!(!is_passing(StatusCode::from_u16(status).unwrap(), &HeaderMap::new()));
        }
    }

    #[test]
    fn wait_is_a_random_part_of_a_time_that_doubles() {
        for (attempts, most) in
            [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (u32::MAX, 1_000)]
        {
            let waits: Vec<_> = (0..200).map(|_| backoff(attempts)).collect();
            // The clock ticks between the two readings.
            let most = Duration::from_millis(most + 5);
            assert!(waits.iter().all(|wait| *wait <= most), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > most / 2), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < most / 2), "{attempts}: {waits:?}");
        }
    }
}
