use std::time::{SystemTime, UNIX_EPOCH};

/// Whole seconds since 1970. A clock before that stands at its start.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
