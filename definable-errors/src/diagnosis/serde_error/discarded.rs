//! The errors of the variants of an untagged enum, which serde discards.
//!
//! Serde buffers the value and tries one variant after the other; the error that it returns in the
//! end contains nothing of theirs. Errors are created without access to the replay that they belong
//! to, so they are recorded for each thread.

use std::cell::RefCell;

use super::complaint::Complaint;

/// The maximum number of recorded errors. With more, nothing can be concluded from them.
pub(crate) const MAX_DISCARDED: usize = 32;

thread_local! {
    static DISCARDED: RefCell<Vec<Complaint>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn record(complaint: &Complaint) {
    DISCARDED.with_borrow_mut(|discarded| {
        if discarded.len() < MAX_DISCARDED {
            discarded.push(complaint.clone());
        }
    });
}

/// Returns the errors since they were last cleared, and clears them.
pub(crate) fn take_discarded() -> Vec<Complaint> {
    DISCARDED.with_borrow_mut(std::mem::take)
}

pub(crate) fn clear_discarded() {
    DISCARDED.with_borrow_mut(Vec::clear);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_of_recorded_errors_is_bounded() {
        for _ in 0..100 {
            record(&Complaint::Length);
        }
        assert_eq!(take_discarded().len(), MAX_DISCARDED);
        assert_eq!(take_discarded().len(), 0);
    }
}
