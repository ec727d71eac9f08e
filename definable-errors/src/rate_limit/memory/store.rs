//! The store that counts in this process, its builder, and its tables: one for each quota.

use std::fmt;
use std::iter::successors;
use std::sync::{Arc, OnceLock};

use super::super::clock::Time;
use super::clients::{Clients, EntryGuard};
use super::gcra::Gcra;
use super::ring::Ring;
use crate::rate_limit::{
    Algorithm, ConsumeOutcome, Consumption, Decision, Key, KeySeed, MAX_QUOTAS, MonotonicClock,
    Quota, QuotaStatus, QuotaStore,
};

/// A store that counts in this process, in memory of a fixed size.
///
/// Each quota has a table of [`capacity`](MemoryStoreBuilder::capacity) clients, by default 65,536:
/// 9 MiB for a sliding window (138 bytes per client), 1.2 MiB for a steady rate (19 bytes). A table
/// never grows, however many clients come, and no background task cleans it up: an entry is found
/// to have expired when its client comes back. A client that finds no free slot in its sets takes
/// the slot of the client that is nearest to having used nothing; so a flood of new clients makes
/// the store forget clients that rarely send requests, and never one that is refused. If the
/// clients take two thirds of the capacity, one in 10,000 is forgotten, and if they take nine
/// tenths, one in 60. [`evictions`](Self::evictions) counts them: if it rises, set a larger
/// capacity.
///
/// Clones share one store, and so do limits that were given clones: there the same clients count
/// together for the same quotas.
///
/// ```
/// use definable_errors::rate_limit::{MemoryStore, Quota, RateLimit};
///
/// let store = MemoryStore::builder().capacity(1_000_000).build();
/// let limit = RateLimit::per_address(Quota::DEFAULT).store(store.clone());
/// # let _ = limit;
/// assert_eq!(store.evictions(), 0);
/// ```
#[derive(Clone)]
pub struct MemoryStore(Arc<Inner>);

struct Inner {
    capacity: usize,
    time: Time,
    seed: KeySeed,
    first: OnceLock<Box<Table>>,
}

impl MemoryStore {
    /// The default number of clients of each quota.
    pub const DEFAULT_CAPACITY: usize = 65_536;

    /// Creates a store with the default capacity and clock.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder of a store with another capacity or clock.
    pub const fn builder() -> MemoryStoreBuilder {
        MemoryStoreBuilder { capacity: Self::DEFAULT_CAPACITY, clock: None }
    }

    /// Returns how many bytes the tables of all opened quotas take.
    pub fn bytes(&self) -> usize {
        self.tables().map(Table::bytes).sum()
    }

    /// Returns how often the store forgot a client that had used something.
    pub fn evictions(&self) -> u64 {
        self.tables().map(Table::evictions).sum()
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        let first = self.0.first.get().map(|first| &**first);
        successors(first, |table| table.next.get().map(|next| &**next))
    }

    /// Returns the table of a quota, creating it if it does not exist.
    fn table(&self, quota: &Quota) -> &Table {
        match self.0.first.get() {
            Some(first) if first.counts(quota) => first,
            _ => self.further_table(quota),
        }
    }

    #[cold]
    fn further_table(&self, quota: &Quota) -> &Table {
        let (mut place, mut order) = (&self.0.first, 0);
        loop {
            let new = || Box::new(Table::new(quota, order, self.0.capacity));
            let found = place.get_or_init(new);
            if found.counts(quota) {
                return found;
            }
            (place, order) = (&found.next, order + 1);
        }
    }

    fn now(&self) -> u64 {
        self.0.time.now()
    }

    fn take_one(&self, consumption: &Consumption<'_>, quota: &Quota) -> QuotaStatus {
        self.table(quota).consume(consumption.key(), || self.now(), consumption.cost_of(quota))
    }

    fn take_all(&self, consumption: &Consumption<'_>) -> Decision {
        let mut claims = self.claim_all(consumption);
        let now = self.now();
        let statuses = |claims: &mut [_], cost| {
            let pairs = consumption.quotas().iter().zip(claims);
            Decision::new(pairs.map(|(quota, claim)| stand(claim, quota, now, cost)))
        };
        let decision = statuses(&mut claims, consumption.cost());
        if !decision.is_admitted() {
            return refused(decision, &statuses(&mut claims, 0));
        }
        if consumption.cost() > 0 {
            for (claim, quota) in claims.iter_mut().flatten().zip(consumption.quotas()) {
                claim.consume(now, consumption.cost_of(quota));
            }
        }
        decision
    }

    /// Claims all quotas of a client. They are locked in the order of their tables, whatever the
    /// order of the quotas.
    fn claim_all(&self, consumption: &Consumption<'_>) -> [Option<Claim<'_>>; MAX_QUOTAS] {
        let mut claims = [const { None }; MAX_QUOTAS];
        let mut tables = [const { None }; MAX_QUOTAS];
        let places = tables.iter_mut().enumerate();
        for ((at, place), quota) in places.zip(consumption.quotas()) {
            *place = Some((self.table(quota), at));
        }
        tables.sort_unstable_by_key(|table| table.map(|(table, _)| table.order));
        for (table, at) in tables.into_iter().flatten() {
            claims[at] = Some(table.claim(consumption.key(), || self.now()));
        }
        claims
    }
}

fn stand(claim: &mut Option<Claim<'_>>, quota: &Quota, now: u64, cost: u32) -> QuotaStatus {
    match claim {
        Some(claim) => claim.look(now, cost.min(quota.capacity())),
        None => QuotaStatus::raw(quota.capacity(), 0),
    }
}

/// Corrects a refusal: nothing was taken from the quotas that had enough left, so their status is
/// unchanged.
fn refused(mut decision: Decision, untouched: &Decision) -> Decision {
    for (status, untouched) in decision.statuses_mut().iter_mut().zip(untouched.statuses()) {
        if !status.is_exceeded() {
            *status = *untouched;
        }
    }
    decision
}

impl QuotaStore for MemoryStore {
    fn seed(&self) -> KeySeed {
        self.0.seed
    }

    fn open(&self, quotas: &[Quota]) {
        for quota in quotas {
            self.table(quota);
        }
    }

    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome {
        match consumption.quotas() {
            [quota] => ConsumeOutcome::Decided(Decision::one(self.take_one(consumption, quota))),
            _ => ConsumeOutcome::Decided(self.take_all(consumption)),
        }
    }

    fn refund(&self, consumption: &Consumption<'_>, decision: &Decision) {
        for (quota, status) in consumption.quotas().iter().zip(decision.statuses()) {
            let mut claim = self.table(quota).claim(consumption.key(), || self.now());
            let now = self.now();
            claim.refund(now, consumption.cost_of(quota), status.refund_token());
        }
    }
}

/// The builder of a [`MemoryStore`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct MemoryStoreBuilder {
    capacity: usize,
    clock: Option<Arc<dyn MonotonicClock>>,
}

impl MemoryStoreBuilder {
    /// Sets the number of clients of each quota, rounded up to a multiple of seven; default
    /// [`MemoryStore::DEFAULT_CAPACITY`].
    pub fn capacity(self, clients: usize) -> Self {
        Self { capacity: clients, ..self }
    }

    /// Sets the clock, for tests; default the processor's counter, or the system's monotonic clock
    /// if the processor has no counter that is synchronized and never stops. Use
    /// `move || start.elapsed()` on machines that are migrated to other processors while they run.
    pub fn monotonic_clock(self, clock: impl MonotonicClock) -> Self {
        Self { clock: Some(Arc::new(clock)), ..self }
    }

    /// Builds an empty store.
    pub fn build(self) -> MemoryStore {
        MemoryStore(Arc::new(Inner {
            capacity: self.capacity,
            time: self.clock.map_or_else(Time::system, Time::given),
            seed: KeySeed::random(),
            first: OnceLock::new(),
        }))
    }
}

impl fmt::Debug for MemoryStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStoreBuilder")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.0.capacity)
            .field("bytes", &self.bytes())
            .field("evictions", &self.evictions())
            .finish_non_exhaustive()
    }
}

/// The table of one quota, and those that were opened after it. Tables are never removed, so
/// finding one needs no lock.
#[derive(Debug)]
struct Table {
    quota: Quota,
    /// The position of the table; several tables are locked in this order.
    order: usize,
    entries: Entries,
    next: OnceLock<Box<Self>>,
}

#[derive(Debug)]
enum Entries {
    Rates(Clients<Gcra>),
    Windows(Clients<Ring>),
}

impl Table {
    fn new(quota: &Quota, order: usize, capacity: usize) -> Self {
        let entries = match quota.algorithm() {
            Algorithm::Gcra { .. } => Entries::Rates(Clients::new(quota, capacity)),
            Algorithm::SlidingWindow => Entries::Windows(Clients::new(quota, capacity)),
        };
        Self { quota: *quota, order, entries, next: OnceLock::new() }
    }

    /// Returns whether this is the table of the quota. It is called for each decision, in which the
    /// names are usually the same pointer.
    fn counts(&self, quota: &Quota) -> bool {
        let (name, other) = (self.quota.name(), quota.name());
        self.quota.limit() == quota.limit()
            && self.quota.window() == quota.window()
            && self.quota.algorithm() == quota.algorithm()
            && (std::ptr::eq(name, other) || name == other)
    }

    /// Takes the cost if there is enough left, and returns the status.
    fn consume(&self, key: Key, now: impl Fn() -> u64, cost: u32) -> QuotaStatus {
        match &self.entries {
            Entries::Rates(rates) => rates.consume(key, now, cost),
            Entries::Windows(windows) => windows.consume(key, now, cost),
        }
    }

    /// Locks the client until all its quotas are decided on.
    fn claim(&self, key: Key, now: impl FnOnce() -> u64) -> Claim<'_> {
        match &self.entries {
            Entries::Rates(rates) => Claim::Rate(rates.hold(key, now)),
            Entries::Windows(windows) => Claim::Window(windows.hold(key, now)),
        }
    }

    fn evictions(&self) -> u64 {
        match &self.entries {
            Entries::Rates(rates) => rates.evictions(),
            Entries::Windows(windows) => windows.evictions(),
        }
    }

    fn bytes(&self) -> usize {
        match &self.entries {
            Entries::Rates(rates) => rates.bytes(),
            Entries::Windows(windows) => windows.bytes(),
        }
    }
}

/// One client of one quota, among several quotas that are decided on together.
enum Claim<'a> {
    Rate(EntryGuard<'a, Gcra>),
    Window(EntryGuard<'a, Ring>),
}

impl Claim<'_> {
    fn look(&mut self, now: u64, cost: u32) -> QuotaStatus {
        match self {
            Self::Rate(held) => held.look(now, cost),
            Self::Window(held) => held.look(now, cost),
        }
    }

    /// Takes what `look` found to be available, with the same time and cost.
    fn consume(&mut self, now: u64, cost: u32) {
        match self {
            Self::Rate(held) => held.consume(now, cost),
            Self::Window(held) => held.consume(now, cost),
        }
    }

    fn refund(&mut self, now: u64, cost: u32, mark: u64) {
        match self {
            Self::Rate(held) => held.refund(now, cost, mark),
            Self::Window(held) => held.refund(now, cost, mark),
        }
    }
}
