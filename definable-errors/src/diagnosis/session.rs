use std::cell::{Cell, OnceCell, RefCell};

use super::cursor::{At, Cursor, Site};
use super::known::Known;
use super::stand_in::Slot;
use super::tree::{NodeId, ROOT, Tree};
use crate::problem::Problem;

/// Levels of a value, made-up ones included.
const MAX_DEPTH: usize = 140;

/// More places than these are not noted by all passes together: each takes memory, and later passes
/// look at it again.
const MAX_NOTED: usize = 4_096;

/// What a pass costs at least.
const PASS: usize = 32;

/// The steps that any input may cost; one takes about 0.1 µs.
const MAX_STEPS: usize = 120_000;

/// The steps that an input of so many values may cost: a multiple of its size.
fn steps(nodes: usize) -> usize {
    nodes.saturating_mul(32).saturating_add(50_000).min(MAX_STEPS)
}

/// What is known of one input while it is deserialized again and again.
pub(super) struct Session<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) known: RefCell<Known>,
    /// Steps left.
    fuel: Cell<usize>,
    /// The steps that there were at first.
    allowed: usize,
    /// Elements that were found good are left out, so that a pass costs what is still unknown.
    pub(super) skips: Cell<Skips>,
    /// The value that serde put aside last.
    pub(super) listens_to: Cell<Option<NodeId>>,
    /// Small numbers that stand nowhere in the input.
    rare: OnceCell<Vec<u64>>,
    depth: Cell<usize>,
    /// Whether the type can be read from no text.
    pub(super) is_unreadable: Cell<bool>,
    /// How many places passes have noted.
    noted: Cell<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skips {
    Not,
    May,
    Did,
}

impl<'t> Session<'t> {
    pub(super) fn new(tree: &'t Tree<'t>, most_steps: usize) -> Self {
        let allowed = steps(tree.nodes.len()).min(most_steps);
        Self {
            tree,
            known: RefCell::new(Known {
                good: vec![0; tree.nodes.len() / 64 + 1],
                ..Known::default()
            }),
            fuel: Cell::new(allowed),
            allowed,
            skips: Cell::new(Skips::Not),
            listens_to: Cell::new(None),
            rare: OnceCell::new(),
            depth: Cell::new(0),
            is_unreadable: Cell::new(false),
            noted: Cell::new(0),
        }
    }

    pub(super) fn root(&self) -> Cursor<'_> {
        Cursor { session: self, at: At::Node(ROOT), owner: None, site: Site::default() }
    }

    /// A complaint about it is not about anything that was sent, nor about another stand-in.
    pub(super) fn rare_number(&self, slot: Slot) -> u64 {
        let rare = self.rare.get_or_init(|| {
            let sent = self.tree.small_numbers();
            (2..=120).filter(|number| !sent.contains(number)).collect()
        });
        rare.get(slot.0 % rare.len().max(1)).copied().unwrap_or(1)
    }

    /// Counts a step.
    pub(super) fn is_exhausted(&self) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(1));
        left == 0 || self.is_full()
    }

    /// The steps taken.
    pub(super) fn taken(&self) -> usize {
        self.allowed - self.fuel.get()
    }

    /// Whether the search ended before everything was looked at.
    pub(super) fn is_cut(&self) -> bool {
        self.is_full() || self.fuel.get() == 0
    }

    /// Counts a place that is noted.
    pub(super) fn count_noted(&self) {
        self.noted.set(self.noted.get() + 1);
    }

    /// Whether so many places are noted that the diagnosis ends.
    pub(super) fn is_full(&self) -> bool {
        self.noted.get() >= MAX_NOTED
    }

    /// Whether a value lies deeper than any that was sent can; else one level is entered.
    pub(super) fn enter(&self) -> bool {
        let is_too_deep = self.depth.get() >= MAX_DEPTH;
        self.depth.set(self.depth.get() + usize::from(!is_too_deep));
        is_too_deep
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// Forgets what only one pass knows. `false` when another pass can tell nothing more.
    pub(super) fn begin_next_pass(&self) -> bool {
        if self.skips.get() == Skips::Not {
            self.skips.set(Skips::May);
        }
        self.continue_trial();
        let mut known = self.known.borrow_mut();
        known.fields.clear();
        known.buffered.clear();
        // A pass that looks at nothing costs something, too.
        self.fuel.set(self.fuel.get().saturating_sub(PASS));
        let is_full = known.faults.len() > Problem::MAX_VIOLATIONS;
        !is_full && !self.is_full() && !known.is_stuck && self.fuel.get() > 0
    }

    pub(super) fn is_in_trial(&self) -> bool {
        self.known.borrow().trial.is_some()
    }

    /// Whether the pass that just succeeded left anything out; the next one will not.
    pub(super) fn stop_skipping(&self) -> bool {
        let did = self.skips.get() == Skips::Did;
        self.skips.set(Skips::Not);
        if did {
            self.known.borrow_mut().fields.clear();
        }
        did
    }

    pub(super) fn give_up(&self) {
        self.known.borrow_mut().is_stuck = true;
    }
}
