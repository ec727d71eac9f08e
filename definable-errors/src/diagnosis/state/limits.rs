//! The limits on the work of a diagnosis. Whatever the input is, a diagnosis ends after a number of
//! steps that is bounded by the size of the input, and by a constant.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The maximum number of levels of a value, including those of placeholders.
pub(crate) const MAX_DEPTH: usize = 140;

/// The maximum number of places that all replays note together. Each takes memory, and later replays
/// read it again.
pub(super) const MAX_NOTED: usize = 4_096;

/// The steps of one replay, in addition to those of the values that it reads.
const REPLAY: usize = 32;

/// The maximum number of steps for any input. One takes about 0.1 µs.
const MAX_STEPS: usize = 120_000;

/// Returns the maximum number of steps for an input of this many values.
fn steps(nodes: usize) -> usize {
    nodes.saturating_mul(32).saturating_add(50_000).min(MAX_STEPS)
}

/// The steps of one diagnosis: one for every value that is read.
#[derive(Debug)]
pub(crate) struct Steps {
    left: Cell<usize>,
    total: usize,
}

impl Steps {
    /// Allows the steps for an input of `nodes` values, but at most `max`.
    pub(crate) fn new(nodes: usize, max: usize) -> Self {
        let total = steps(nodes).min(max);
        Self { left: Cell::new(total), total }
    }

    /// Takes one step, and returns whether there was none left.
    pub(crate) fn is_over(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left == 0
    }

    /// Takes the steps that a replay takes whatever it reads.
    pub(crate) fn take_replay(&self) {
        self.left.set(self.left.get().saturating_sub(REPLAY));
    }

    pub(crate) fn is_used_up(&self) -> bool {
        self.left.get() == 0
    }

    /// Returns the number of steps taken.
    pub(crate) fn taken(&self) -> usize {
        self.total - self.left.get()
    }
}

/// The steps that several diagnoses may take together, so that many small inputs in one request cost
/// no more than a large one.
#[derive(Debug)]
pub(crate) struct Budget(AtomicUsize);

impl Budget {
    pub(crate) const fn of_steps(steps: usize) -> Self {
        Self(AtomicUsize::new(steps))
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.left() == 0
    }

    pub(crate) fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn spend(&self, steps: usize) {
        self.0.store(self.left().saturating_sub(steps), Ordering::Relaxed);
    }
}
