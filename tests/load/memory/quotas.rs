//! The quotas and keys of these checks.

use definable_errors::rate_limit::{
    ConsumeOutcome, Consumption, Key, MemoryStore, Quota, QuotaStore,
};

/// A quota of each kind. So little becomes available again per hour that no part of the load uses
/// it.
pub(crate) const QUOTAS: [(&str, Quota); 2] = [
    ("sliding window", Quota::per_hour(100)),
    ("steady rate", Quota::per_hour(100).with_burst(100).with_name("rate")),
];

/// Returns a key for a client, spread over the table as hashes are.
pub(crate) fn key(client: u64) -> Key {
    let mut bytes = [0; 16];
    let mut state = client;
    for half in bytes.chunks_exact_mut(8) {
        state = mixed(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
        half.copy_from_slice(&state.to_be_bytes());
    }
    Key::from_bytes(bytes)
}

/// Mixes the state as splitmix64 does.
const fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

pub(crate) fn is_admitted(store: &MemoryStore, key: Key, quota: &Quota, cost: u32) -> bool {
    match store.consume(&Consumption::new(key, std::slice::from_ref(quota), cost)) {
        ConsumeOutcome::Decided(decision) => decision.is_admitted(),
        ConsumeOutcome::Failed(_) | ConsumeOutcome::Deferred => panic!("memory decides at once"),
    }
}
