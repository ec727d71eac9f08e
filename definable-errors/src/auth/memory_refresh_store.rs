//! Refresh tokens in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard};

use super::{RefreshRecord, RefreshState, RefreshStore, Rotation, SecretDigest};
use crate::context::{Clock, DefaultClock};
use crate::error::ApiFuture;
use crate::support::lock;

/// A store of refresh tokens in memory, for tests and for services whose users may log in again
/// after a restart.
///
/// It holds at most `capacity` tokens. Beyond that it discards expired tokens first, then those
/// that expire first; the theft of a discarded token goes unnoticed.
#[must_use]
pub struct MemoryRefreshStore {
    records: Mutex<HashMap<SecretDigest, RefreshRecord>>,
    capacity: usize,
    clock: Box<dyn Clock>,
}

impl MemoryRefreshStore {
    /// Creates a store of `capacity` tokens, at least one.
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { records: Mutex::default(), capacity, clock: Box::new(DefaultClock) }
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    fn records(&self) -> MutexGuard<'_, HashMap<SecretDigest, RefreshRecord>> {
        lock(&self.records)
    }

    fn add(&self, records: &mut HashMap<SecretDigest, RefreshRecord>, record: RefreshRecord) {
        if records.len() >= self.capacity {
            self.discard(records);
        }
        records.insert(record.digest, record);
    }

    /// Discards an eighth of the tokens at once, so that a full store does not scan all of them for
    /// every login.
    fn discard(&self, records: &mut HashMap<SecretDigest, RefreshRecord>) {
        let now = self.clock.now();
        records.retain(|_, record| record.expires_at > now);
        let kept = self.capacity - self.capacity.div_ceil(8);
        if records.len() <= kept {
            return;
        }
        let mut ends: Vec<_> =
            records.values().map(|record| (record.expires_at, record.digest)).collect();
        ends.sort_by_key(|(end, _)| *end);
        for (_, digest) in &ends[..records.len() - kept] {
            records.remove(digest);
        }
    }
}

impl RefreshStore for MemoryRefreshStore {
    fn insert(&self, record: RefreshRecord) -> ApiFuture<'_, ()> {
        self.add(&mut self.records(), record);
        ApiFuture::ready(Ok(()))
    }

    fn rotate<'a>(
        &'a self,
        digest: &'a SecretDigest,
        rotation: Rotation,
    ) -> ApiFuture<'a, Option<RefreshRecord>> {
        let mut records = self.records();
        let found = records.get(digest).cloned();
        if let Some(next) = found.as_ref().and_then(|found| rotation.successor(found)) {
            if let Some(used) = records.get_mut(digest) {
                used.state = RefreshState::Used;
            }
            self.add(&mut records, next);
        }
        ApiFuture::ready(Ok(found))
    }

    fn revoke<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, ()> {
        let mut records = self.records();
        if let Some(family) = records.get(digest).map(|record| record.family) {
            for record in records.values_mut().filter(|record| record.family == family) {
                record.state = RefreshState::Revoked;
            }
        }
        ApiFuture::ready(Ok(()))
    }
}

impl fmt::Debug for MemoryRefreshStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRefreshStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use uuid::Uuid;

    use super::*;

    fn record(number: u64, expires_at: SystemTime) -> RefreshRecord {
        RefreshRecord {
            digest: SecretDigest::sha256(&number.to_string()),
            family: Uuid::nil(),
            subject: "7".into(),
            started_at: SystemTime::UNIX_EPOCH,
            expires_at,
            state: RefreshState::Fresh,
        }
    }

    #[test]
    fn expired_token_is_discarded_by_the_clock_of_the_store() {
        let hour = Duration::from_secs(3600);
        let store = MemoryRefreshStore::new(2).clock(move || SystemTime::UNIX_EPOCH + hour);
        let ends = [hour / 2, 3 * hour, 2 * hour];
        for (number, end) in (0..).zip(ends) {
            store.add(&mut store.records(), record(number, SystemTime::UNIX_EPOCH + end));
        }
        let left = [0, 1, 2].map(|number: u64| {
            store.records().contains_key(&SecretDigest::sha256(&number.to_string()))
        });
        assert_eq!(left, [false, true, true]);
    }

    #[test]
    fn token_that_expires_first_is_discarded_first() {
        let store = MemoryRefreshStore::new(16);
        let now = SystemTime::now();
        for number in 0..100_u64 {
            let record = record(number, now + Duration::from_secs(1000 + number));
            store.add(&mut store.records(), record);
            assert!(store.records().len() <= 16);
        }
        assert!(store.records().contains_key(&SecretDigest::sha256("99")));
        assert!(!store.records().contains_key(&SecretDigest::sha256("0")));
    }
}
