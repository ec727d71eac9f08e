//! The memory of the store, whose bound holds.

use definable_errors::rate_limit::{MemoryStore, QuotaStore};
use support::process::resident;

use super::{QUOTAS, is_admitted, key};
use crate::gates::{Figure, Gates, note};
use crate::program;
use crate::settings::Settings;

/// The role of the program that grows, so that nothing else is in its memory.
pub(crate) const GROW: &str = "grow";

const MIB: f64 = 1024.0 * 1024.0;

/// Checks that the store takes no more memory than it states, however many clients there are.
pub(crate) fn growth(gates: &mut Gates, settings: Settings) {
    let clients = settings.pick(20_000_000, 300_000).to_string();
    for (kind, _) in QUOTAS {
        let reported = program::start(GROW, &[kind, &clients]).line();
        let (grown, stated) = reported.split_once(' ').unwrap();
        let [grown, stated] = [grown, stated].map(|bytes| bytes.parse::<f64>().unwrap() / MIB);
        note(format_args!("{kind}: {stated:.2} MiB are stated"));
        let what = format!("4: what {clients} clients take of memory, {kind}");
        gates.fast(what, Figure(grown, "MiB"), stated + 1.0);
    }
}

/// Prints by how many bytes the process grew, and how many the store states.
pub(crate) fn grow(kind: &str, clients: &str) {
    let (_, quota) = QUOTAS.into_iter().find(|(known, _)| *known == kind).unwrap();
    let clients: u64 = clients.parse().unwrap();
    let before = resident();
    let store = MemoryStore::new();
    store.open(&[quota]);
    for client in 0..clients {
        assert!(is_admitted(&store, key(client), &quota, 1));
    }
    println!("{} {}", resident().saturating_sub(before), store.bytes());
}
