//! The random choices of a property test, which shrink to the simplest value.

use proptest::collection::vec;
use proptest::prelude::*;

/// A sequence of choices. Once they are used up, every choice is the first one. Fewer and smaller
/// numbers therefore result in simpler values, so that proptest finds the simplest.
#[derive(Debug, Clone)]
pub(super) struct Tape {
    choices: Vec<u16>,
    next: usize,
}

impl Tape {
    pub(super) fn any(longest: usize) -> impl Strategy<Value = Self> {
        vec(any::<u16>(), 0..longest).prop_map(|choices| Self { choices, next: 0 })
    }

    /// Creates a tape on which every choice is the first one.
    pub(super) const fn empty() -> Self {
        Self { choices: Vec::new(), next: 0 }
    }

    /// Returns a number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let choice = self.choices.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        usize::from(choice) % end
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(super) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }
}
