//! What the variants of an untagged enum complain about before serde throws it away.
//!
//! Serde puts the value aside and tries one variant after the other; the error it gives in the end says
//! nothing. Where all variants but one ask for another kind of value, that one was meant, and what it
//! complains about is what is wrong. It may hold what the client sent, as any [`Complaint`].

use std::cell::RefCell;

use super::refusal::Complaint;
use super::session::Session;
use super::tree::NodeId;

/// An enum has fewer variants, or nothing is said of them.
const MOST: usize = 32;

thread_local! {
    static HEARD: RefCell<Vec<Complaint>> = const { RefCell::new(Vec::new()) };
}

/// Errors are made without a way to the session that they are for.
pub(super) fn note(complaint: &Complaint) {
    HEARD.with_borrow_mut(|heard| {
        if heard.len() < MOST {
            heard.push(complaint.clone());
        }
    });
}

/// All that was noted.
pub(super) fn all() -> Vec<Complaint> {
    HEARD.with_borrow(Vec::clone)
}

pub(super) fn forget() {
    HEARD.with_borrow_mut(Vec::clear);
}

impl Session<'_> {
    /// Serde has put all of that value aside: what comes now is said of it.
    pub(super) fn begin_to_listen(&self, id: NodeId) {
        forget();
        self.listens_to.set(Some(id));
    }

    /// What the only variant complained about that takes values of this kind.
    pub(super) fn overheard(&self, id: NodeId, complaint: Complaint) -> Complaint {
        if complaint != Complaint::NoVariant || self.listens_to.get() != Some(id) {
            return complaint;
        }
        let mut heard = HEARD.with_borrow_mut(std::mem::take);
        if heard.len() == MOST {
            return complaint;
        }
        heard.retain(|heard| !self.is_of_another_kind(id, heard));
        match &heard[..] {
            [meant, Complaint::NoVariant] if *meant != Complaint::NoVariant => meant.clone(),
            _ => complaint,
        }
    }

    fn is_of_another_kind(&self, id: NodeId, complaint: &Complaint) -> bool {
        matches!(complaint, Complaint::Value { given, .. } if self.is_given(id, given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_heard_has_a_bound() {
        for _ in 0..100 {
            note(&Complaint::Length);
        }
        assert_eq!(HEARD.with_borrow(Vec::len), MOST);
        forget();
        assert_eq!(HEARD.with_borrow(Vec::len), 0);
    }
}
