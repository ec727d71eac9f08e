//! A flood of other clients, which frees no client that is over its limit.

use definable_errors::rate_limit::MemoryStore;

use super::{QUOTAS, is_admitted, key};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

const REFUSED: u32 = 1_000;

/// Checks that a rejected client stays rejected while any number of others arrive.
pub(crate) fn flood(gates: &mut Gates, settings: Settings) {
    let flood: u64 = settings.pick(3_000_000, 300_000);
    for (kind, quota) in QUOTAS {
        let store = MemoryStore::new();
        let refused = || (0..REFUSED).map(|client| key(client.into()));
        for key in refused() {
            assert!(is_admitted(&store, key, &quota, quota.capacity()));
            assert!(!is_admitted(&store, key, &quota, 1));
        }
        for client in 0..flood {
            is_admitted(&store, key((1 << 32) + client), &quota, 1);
        }
        let still = refused().filter(|key| !is_admitted(&store, *key, &quota, 1)).count();
        let still = u32::try_from(still).unwrap();
        note(format_args!("{kind}: {} clients were forgotten", store.evictions()));
        let what = format!("5: of {REFUSED} refused, still so after {flood} others, {kind}");
        gates.at_least(what, Figure(100.0 * f64::from(still) / f64::from(REFUSED), "%"), 99.9);
    }
}
