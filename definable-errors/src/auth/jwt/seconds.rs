use std::time::{SystemTime, UNIX_EPOCH};

/// Returns whole seconds since 1970; zero for earlier times.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
