use std::sync::atomic::{AtomicUsize, Ordering};

/// How many steps several diagnoses may take together, so that many small inputs in one request cost
/// no more than one large one.
#[derive(Debug)]
pub(crate) struct Budget(AtomicUsize);

impl Budget {
    pub(crate) const fn of_steps(steps: usize) -> Self {
        Self(AtomicUsize::new(steps))
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.left() == 0
    }

    pub(super) fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn spend(&self, steps: usize) {
        self.0.store(self.left().saturating_sub(steps), Ordering::Relaxed);
    }
}
