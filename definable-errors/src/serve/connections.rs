//! All open connections: their limit, and how they end together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::{Connection, Timeouts};
use crate::support::{LogThrottle, lock};

/// The minimum time between two warnings.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);

/// The open connections, and a semaphore with permits for further ones.
#[derive(Debug)]
pub(super) struct Connections {
    bound: u32,
    room: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    next_id: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    warnings: LogThrottle,
}

impl Connections {
    /// Allows `wanted` connections, but at most three quarters of the files that the process may
    /// open: the rest is for databases, logs and similar uses.
    pub(super) fn at_most(wanted: usize) -> Arc<Self> {
        let files = open_files_limit().map_or(u64::MAX, |files| (files / 4).saturating_mul(3));
        let bound = u64::try_from(wanted).unwrap_or(u64::MAX).min(files);
        let bound = u32::try_from(bound).unwrap_or(u32::MAX).clamp(1, u32::MAX >> 4);
        let room = Arc::new(Semaphore::new(bound as usize));
        let warnings = LogThrottle::every(BETWEEN_WARNINGS);
        let open = Open { next_id: 0, by_id: HashMap::new(), warnings };
        Arc::new(Self { bound, room, open: Mutex::new(open) })
    }

    /// Waits until one more connection may be opened.
    pub(super) async fn room(&self) -> OwnedSemaphorePermit {
        if let Ok(permit) = self.room.clone().try_acquire_owned() {
            return permit;
        }
        self.warn();
        let permit = self.room.clone().acquire_owned().await;
        permit.expect("the semaphore is never closed")
    }

    /// Counts an accepted connection for as long as its place is held.
    pub(super) fn open(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        timeouts: Timeouts,
    ) -> (Arc<Connection>, Place) {
        let connection = Arc::new(Connection::accepted(timeouts));
        let mut open = self.lock();
        let id = open.next_id;
        open.next_id += 1;
        open.by_id.insert(id, connection.clone());
        drop(open);
        (connection, Place { connections: self.clone(), id, _permit: permit })
    }

    /// Lets every connection finish its exchanges but begin no more.
    pub(super) fn stop(&self) {
        self.all().iter().for_each(|connection| connection.stop());
    }

    /// Closes every connection, whatever it carries.
    pub(super) fn cut(&self) {
        self.all().iter().for_each(|connection| connection.cut());
    }

    /// Waits until no connection is open.
    pub(super) async fn closed(&self) {
        // An error would mean that the semaphore is closed, which it never is.
        let _ = self.room.acquire_many(self.bound).await;
    }

    fn all(&self) -> Vec<Arc<Connection>> {
        self.lock().by_id.values().cloned().collect()
    }

    fn warn(&self) {
        if self.lock().warnings.allows(Instant::now()) {
            warn(self.bound);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        lock(&self.open)
    }
}

#[cfg(feature = "tracing")]
fn warn(bound: u32) {
    tracing::warn!(
        target: "definable_errors",
        "{bound} connections are open, which is the limit; new ones wait until one closes. \
         `Serve::max_connections` and the soft limit of open files (`ulimit -n`) set it",
    );
}

#[cfg(not(feature = "tracing"))]
const fn warn(_: u32) {}

/// The place of one connection, released when dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Connections>,
    id: u64,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().by_id.remove(&self.id);
    }
}

#[cfg(unix)]
fn open_files_limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn open_files_limit() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bound_is_at_least_one_and_at_most_three_quarters_of_the_open_files() {
        assert_eq!(Connections::at_most(0).bound, 1);
        assert_eq!(Connections::at_most(2).bound, 2);
        let most = u64::from(Connections::at_most(usize::MAX).bound);
        assert!(open_files_limit().is_none_or(|files| most <= files / 4 * 3));
    }
}
