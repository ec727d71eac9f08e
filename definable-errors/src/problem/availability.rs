//! Problems of a service, or of one that it depends on, that cannot answer now.

use super::{ErrorStatus, Level, ProblemType};
use std::time::Duration;

/// Too many requests in too short a time.
pub static RATE_LIMITED: ProblemType =
    ProblemType::new("rate_limited", ErrorStatus::TOO_MANY_REQUESTS, "Rate limited")
        .with_detail("Too many requests")
        .with_documentation(
            "The caller sent more requests than its quota allows. Wait as long as `Retry-After` \
             says.",
        );

/// A service that this request depends on failed.
pub static UPSTREAM_FAILED: ProblemType =
    ProblemType::new("upstream_failed", ErrorStatus::BAD_GATEWAY, "Upstream failed")
        .with_detail("A service that this request depends on failed.")
        .with_documentation(
            "A service behind this one answered with an error, or not at all. Trying again later \
             can help.",
        );

/// The service accepts no more work at the moment. This is how a service protects itself, and it
/// happens many times at once, so it is logged as a warning.
pub static OVERLOADED: ProblemType =
    ProblemType::new("overloaded", ErrorStatus::SERVICE_UNAVAILABLE, "Overloaded")
        .with_retry_after(Duration::from_secs(1))
        .with_level(Level::Warn)
        .with_documentation(
            "The service has as much work as it can take and refused more. Wait as long as \
             `Retry-After` says.",
        );

/// A 503 without a more specific type.
pub static SERVICE_UNAVAILABLE: ProblemType = ProblemType::new(
    "service_unavailable",
    ErrorStatus::SERVICE_UNAVAILABLE,
    "Service unavailable",
)
.with_documentation("The service cannot answer for a while. Wait as long as `Retry-After` says.");

/// Calls to a failing service are suspended for a while.
pub static CIRCUIT_OPEN: ProblemType =
    ProblemType::new("circuit_open", ErrorStatus::SERVICE_UNAVAILABLE, "Circuit open")
        .with_documentation(
            "A service behind this one failed too often and is left alone for a while. Wait as \
             long as `Retry-After` says.",
        );

/// The keys that verify tokens were never loaded.
pub static KEYS_UNAVAILABLE: ProblemType =
    ProblemType::new("keys_unavailable", ErrorStatus::SERVICE_UNAVAILABLE, "Keys unavailable")
        .with_documentation(
            "The service could not load the keys that verify tokens yet. The token may be good; \
             try again.",
        );

/// The service's own work took too long.
pub static DEADLINE_EXCEEDED: ProblemType =
    ProblemType::new("deadline_exceeded", ErrorStatus::SERVICE_UNAVAILABLE, "Deadline exceeded")
        .with_retry_after(Duration::from_secs(1))
        .with_documentation(
            "The service did not finish in the time it gives a request. The work may or may not \
             have been done; ask before you repeat what must not be done twice.",
        );

/// A service that this request depends on was too slow.
pub static UPSTREAM_TIMEOUT: ProblemType =
    ProblemType::new("upstream_timeout", ErrorStatus::GATEWAY_TIMEOUT, "Upstream timeout")
        .with_documentation(
            "A service behind this one did not answer in time. Trying again later can help.",
        );
