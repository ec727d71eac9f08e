use std::sync::OnceLock;

use super::gcra::Arrival;
use super::held::Held;
use super::table::Table;
use super::window::Ring;
use crate::rate_limit::{Algorithm, Key, Quota, Standing};

/// The table of one quota, and those that were opened after it. Nothing is ever taken away, so the
/// way to a table needs no lock.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) quota: Quota,
    /// The how manieth it is: several are locked in this order.
    pub(super) order: usize,
    table: Either,
    pub(super) next: OnceLock<Box<Self>>,
}

#[derive(Debug)]
enum Either {
    Rate(Table<Arrival>),
    Window(Table<Ring>),
}

impl Shelf {
    pub(super) fn new(quota: &Quota, order: usize, capacity: usize) -> Self {
        let table = match quota.algorithm() {
            Algorithm::Gcra { .. } => Either::Rate(Table::new(quota, capacity)),
            Algorithm::SlidingWindow => Either::Window(Table::new(quota, capacity)),
        };
        Self { quota: *quota, order, table, next: OnceLock::new() }
    }

    pub(super) fn hold(&self, key: Key) -> HeldSet<'_> {
        match &self.table {
            Either::Rate(table) => HeldSet::Rate(Held::new(table, key)),
            Either::Window(table) => HeldSet::Window(Held::new(table, key)),
        }
    }

    pub(super) fn forgotten(&self) -> u64 {
        match &self.table {
            Either::Rate(table) => table.forgotten(),
            Either::Window(table) => table.forgotten(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.table {
            Either::Rate(table) => table.bytes(),
            Either::Window(table) => table.bytes(),
        }
    }
}

/// A set of either kind.
pub(super) enum HeldSet<'a> {
    Rate(Held<'a, Arrival>),
    Window(Held<'a, Ring>),
}

impl HeldSet<'_> {
    pub(super) fn look(&mut self, now: u64, cost: u32) -> Standing {
        match self {
            Self::Rate(held) => held.look(now, cost),
            Self::Window(held) => held.look(now, cost),
        }
    }

    pub(super) fn take(&mut self, now: u64, cost: u32) {
        match self {
            Self::Rate(held) => held.take(now, cost),
            Self::Window(held) => held.take(now, cost),
        }
    }

    pub(super) fn look_and_take(&mut self, now: u64, cost: u32) -> Standing {
        match self {
            Self::Rate(held) => held.look_and_take(now, cost),
            Self::Window(held) => held.look_and_take(now, cost),
        }
    }

    pub(super) fn give_back(&mut self, now: u64, cost: u32, mark: u64) {
        match self {
            Self::Rate(held) => held.give_back(now, cost, mark),
            Self::Window(held) => held.give_back(now, cost, mark),
        }
    }
}
