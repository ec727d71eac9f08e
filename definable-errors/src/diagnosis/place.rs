//! Where a complaint belongs.

use super::fault::Fault;
use super::refusal::{Complaint, Given, Wanted};
use super::session::{Session, Shape, Spot};
use super::stand_in::Slot;
use super::tree::{Kind, NodeId};

impl Session<'_> {
    /// A complaint came out of a value: it is about that value, or about something in it that
    /// serde put aside.
    pub(super) fn place(&self, id: NodeId, shape: Shape, complaint: Complaint) {
        if self.is_on_trial(id, &complaint) {
            return;
        }
        let suspects = self.suspects(id, &complaint);
        match &suspects[..] {
            [] => {
                self.blame(Spot::At(id), self.fault_of(id, &complaint));
            }
            [only] if self.is_certain(*only, id, &complaint) => {
                self.convict(*only, shape, &complaint)
            }
            _ => self.begin_trial(id, shape, complaint, suspects),
        }
    }

    /// Whether nothing else can be meant: nothing was put aside.
    fn is_certain(&self, suspect: Spot, id: NodeId, complaint: &Complaint) -> bool {
        match (suspect, complaint) {
            (Spot::Absent(object, _), Complaint::MissingField(_)) => {
                object == id && !self.has_buffered(id)
            }
            (_, Complaint::UnknownField { .. }) => !self.has_buffered(id),
            _ => false,
        }
    }

    /// Notes the fault of a place that a complaint turned out to be about.
    pub(super) fn convict(&self, spot: Spot, shape: Shape, complaint: &Complaint) {
        match (spot, complaint) {
            (Spot::Absent(_, field), _) => {
                self.learn_required(shape, field);
                self.blame(spot, Fault::Required);
            }
            (Spot::At(id), Complaint::UnknownField { name, known }) => {
                self.learn_denying(shape);
                self.blame_and_drop(id, Fault::unknown_field(name, known));
            }
            (Spot::At(id), Complaint::DuplicateField(_)) => {
                self.blame_and_drop(id, Fault::Duplicate);
            }
            (Spot::At(id), complaint) => {
                self.blame(spot, self.fault_of(id, complaint));
            }
        }
    }

    /// What is wrong at a place by itself.
    pub(super) fn fault_of(&self, id: NodeId, complaint: &Complaint) -> Fault {
        match complaint {
            Complaint::UnknownVariant { name, known } => Fault::one_of(Some(name), known),
            Complaint::Value { given, wanted } => {
                fault_of_value(given, *wanted, self.tree.kind(id))
            }
            _ => Fault::Invalid,
        }
    }
}

fn fault_of_value(given: &Given, wanted: Wanted, kind: Kind) -> Fault {
    match (given, wanted) {
        (Given::Unsigned(_) | Given::Signed(_), Wanted::Integer(bounds)) => Fault::Range(bounds),
        (Given::Text(_), Wanted::Text | Wanted::Character) => Fault::Invalid,
        (Given::Array, Wanted::Array) | (Given::Object, Wanted::Object) => Fault::Invalid,
        (Given::Array, _) if kind != Kind::Array => Fault::Invalid,
        (Given::Object, _) if kind != Kind::Object => Fault::Invalid,
        _ => Fault::wanted(wanted),
    }
}

impl Session<'_> {
    /// A stand-in was refused; its type may have said what it wants.
    pub(super) fn show_another_for(&self, slot: Slot, complaint: &Complaint) {
        if let Complaint::Value { wanted, .. } = complaint {
            self.learn_wanted(slot, *wanted);
        }
        self.show_another(slot);
    }
}
