//! Leases: how other servers notice that a job has lost the one that ran it.
//!
//! A running job is leased to its server for ten seconds, and the server renews the lease every two.
//! If it is killed, or cannot reach the database for so long, the lease runs out, and whichever server
//! notices that first stores the failure. The servers compare their own clocks with the end of the
//! lease: these must agree to within a few seconds, as synchronized clocks do.

use std::time::{Duration, SystemTime};

use sqlx::AnyPool;
use uuid::Uuid;

use super::store;
use crate::db::milliseconds;

const LEASE: Duration = Duration::from_secs(10);

/// The time between two renewals, and between two looks for leases that ran out.
pub(super) const INTERVAL: Duration = Duration::from_secs(2);

/// Returns the end of a lease that begins now, in milliseconds since 1970.
pub(super) fn end() -> i64 {
    milliseconds(SystemTime::now() + LEASE)
}

/// Renews the lease of a job again and again. Returns when the job no longer runs: another server
/// counts it as interrupted, or its knowledge base was deleted.
pub(super) async fn renew(pool: &AnyPool, id: Uuid) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        match store::renew(pool, id, end()).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(job = %id, error = %error.chain(), "a lease cannot be renewed");
            }
        }
    }
}
