//! Stores that wait for Redis however late it is, and their keys.

use std::time::{Duration, Instant};

use definable_errors::ApiError;
use definable_errors::rate_limit::{
    ConsumeOutcome, Consumption, Decision, Key, OnFailure, Quota, QuotaStore, RedisStore,
    RedisStoreBuilder,
};

pub(crate) const SECRET: &str = "shared by all processes";

/// Connects a store whose calls are never late, so that only Redis decides.
pub(crate) fn patient(url: &str) -> RedisStore {
    patient_builder(url).build().unwrap()
}

pub(crate) fn patient_builder(url: &str) -> RedisStoreBuilder {
    RedisStore::builder(url, SECRET, OnFailure::Closed).timeout(Duration::from_secs(20))
}

pub(crate) fn key(number: u128) -> Key {
    Key::from_bytes(number.to_be_bytes())
}

/// Consumes a quota as the guard does.
pub(crate) async fn ask(
    store: &dyn QuotaStore,
    consumption: Consumption<'_>,
) -> Result<Decision, ApiError> {
    match store.consume(&consumption) {
        ConsumeOutcome::Decided(decision) => Ok(decision),
        ConsumeOutcome::Failed(error) => Err(error),
        ConsumeOutcome::Deferred => store.consume_deferred(consumption).await,
    }
}

pub(crate) async fn ask_one(store: &dyn QuotaStore, client: u128, quota: Quota) -> Decision {
    ask(store, Consumption::new(key(client), &[quota], 1)).await.unwrap()
}

/// Returns how many of `of` requests of one client are admitted.
pub(crate) async fn admitted(store: &dyn QuotaStore, client: u128, quota: Quota, of: u32) -> u32 {
    let mut count = 0;
    for _ in 0..of {
        count += u32::from(ask_one(store, client, quota).await.is_admitted());
    }
    count
}

/// Waits until `is_so` returns true, and returns how long that took.
pub(crate) async fn until(limit: Duration, is_so: impl AsyncFn() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < limit, "not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    started.elapsed()
}
