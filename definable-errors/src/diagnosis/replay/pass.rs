//! The state of one replay.

use std::cell::{Cell, RefCell, RefMut};

use crate::diagnosis::input::{Kind, NodeId, Origin, Tree};
use crate::diagnosis::serde_error::{
    Complaint, Fields, ReplayError, clear_discarded, take_discarded,
};
use crate::diagnosis::state::{Findings, MAX_DEPTH, Steps, TextAs, TypeId};

/// A complaint that is about a value, or about something in it that serde buffered.
#[derive(Debug)]
pub(crate) struct Unplaced {
    /// The innermost value from which the error came.
    pub(crate) at: NodeId,
    pub(crate) type_id: TypeId,
    /// The fields of the type, or nothing if it accepts any.
    pub(crate) fields: Fields,
    pub(crate) complaint: Complaint,
    /// What serde buffered before the error, in the order of the input.
    pub(crate) buffered: Vec<NodeId>,
    /// The value that serde buffered last.
    pub(crate) last_buffered: Option<NodeId>,
    /// The errors since then, which serde discarded, if no variant accepted the value.
    pub(crate) discarded: Vec<Complaint>,
}

/// The state of one replay.
pub(super) struct Pass<'p> {
    pub(super) tree: &'p Tree<'p>,
    steps: &'p Steps,
    findings: RefCell<Findings>,
    depth: Cell<usize>,
    buffered: RefCell<Vec<NodeId>>,
    last_buffered: Cell<Option<NodeId>>,
    complaint: RefCell<Option<Unplaced>>,
}

impl<'p> Pass<'p> {
    pub(super) fn new(tree: &'p Tree<'p>, steps: &'p Steps, findings: Findings) -> Self {
        Self {
            tree,
            steps,
            findings: RefCell::new(findings),
            depth: Cell::new(0),
            buffered: RefCell::default(),
            last_buffered: Cell::new(None),
            complaint: RefCell::default(),
        }
    }

    /// Ends the replay. Returns what is known now, and the last complaint.
    pub(super) fn finish(self) -> (Findings, Option<Unplaced>) {
        (self.findings.into_inner(), self.complaint.into_inner())
    }

    pub(super) fn findings(&self) -> RefMut<'_, Findings> {
        self.findings.borrow_mut()
    }

    /// Takes a step, and returns whether the limits are reached.
    pub(super) fn is_over(&self) -> bool {
        self.steps.is_over() || self.findings().is_full()
    }

    /// Enters a level of the value, unless it is deeper than any that a client can send.
    pub(super) fn enter(&self) -> Result<(), ReplayError> {
        if self.depth.get() >= MAX_DEPTH {
            return Err(ReplayError::new(Complaint::Other));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// Notes that serde buffers a value.
    pub(super) fn begin_buffer(&self, id: NodeId) {
        self.buffered.borrow_mut().push(id);
    }

    /// Notes that serde has buffered all of a value. The errors from now on are about it.
    pub(super) fn end_buffer(&self, id: NodeId) {
        self.last_buffered.set(Some(id));
        clear_discarded();
    }

    /// Ends the replay with a complaint out of a value.
    pub(super) fn complain(
        &self,
        at: NodeId,
        (type_id, fields): (TypeId, Fields),
        complaint: Complaint,
    ) -> ReplayError {
        let mut buffered = self.buffered.take();
        let discarded = match complaint {
            Complaint::NoVariant => take_discarded(),
            _ => Vec::new(),
        };
        buffered.sort_unstable();
        buffered.dedup();
        let last_buffered = self.last_buffered.get();
        let unplaced =
            Unplaced { at, type_id, fields, complaint, buffered, last_buffered, discarded };
        *self.complaint.borrow_mut() = Some(unplaced);
        ReplayError::Noted
    }

    /// Returns whether all texts of a name are shown as a list where nothing is requested.
    pub(super) fn is_read_as_list(&self, id: NodeId) -> bool {
        let is_many = || self.tree.children(id).nth(1).is_some();
        let is_list = || self.findings().texts.read_as(id) == Some(TextAs::List);
        self.tree.kind(id) == Kind::Texts && (is_many() || is_list())
    }

    pub(super) fn is_form(&self) -> bool {
        matches!(self.tree.origin, Origin::Form | Origin::Query)
    }
}
