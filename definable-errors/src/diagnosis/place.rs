//! Where a complaint belongs.

use super::cursor::{At, Cursor};
use super::fault::Fault;
use super::given::Given;
use super::known::{Fields, Shape, Target};
use super::refusal::{Complaint, Refusal};
use super::session::Session;
use super::stand_in::Slot;
use super::tree::{Kind, NodeId};
use super::wanted::Wanted;

impl Session<'_> {
    /// A complaint came out of a value: it is about that value, or about something in it that
    /// serde put aside.
    pub(super) fn place(&self, id: NodeId, shape: Shape, complaint: Complaint) {
        if self.is_about_stand_in(id, &complaint) || self.is_on_trial(id, &complaint) {
            return;
        }
        let suspects = self.suspects(id, &complaint);
        match &suspects[..] {
            [] if self.has_stand_in(id) => {
                self.replace(Target::At(id));
            }
            [] => {
                self.blame(Target::At(id), self.fault_of(id, &complaint));
            }
            [only] if self.is_certain(*only, id, &complaint) => {
                self.convict(*only, shape, &complaint);
            }
            _ => self.begin_trial(id, shape, complaint, suspects),
        }
    }

    /// Whether a stand-in is what is complained about; its type has said what it wants.
    fn is_about_stand_in(&self, id: NodeId, complaint: &Complaint) -> bool {
        let Complaint::Value { given, wanted } = complaint else {
            return self.is_about_made_up_tag(id, complaint);
        };
        let known = self.known.borrow();
        let found = known.stand_ins().find(|(target, slot)| {
            let shown = known.slots[slot.0].shown.as_ref();
            shown.is_some_and(|(shown, _)| shown == given) && self.tree.contains(id, target.node())
        });
        let found = found.map(|(_, slot)| slot);
        drop(known);
        if let Some(slot) = found {
            self.show_another_wanted(slot, *wanted);
        }
        found.is_some()
    }

    /// What is missing for a tag that was made up, another one may not need.
    fn is_about_made_up_tag(&self, id: NodeId, complaint: &Complaint) -> bool {
        if !matches!(complaint, Complaint::MissingField(_)) {
            return false;
        }
        let mut known = self.known.borrow_mut();
        let found = known.stand_ins().find_map(|(target, slot)| {
            let stand_in = &known.slots[slot.0];
            let is_tag = matches!(stand_in.wanted, Some(Wanted::Name(_)));
            let shown = stand_in.shown.as_ref().filter(|_| is_tag)?;
            self.tree.contains(id, target.node()).then_some(shown.1)
        });
        if let Some(taste) = found {
            *known.refused.entry(taste).or_default() += 1;
        }
        found.is_some()
    }

    /// Whether a complaint about that value may be about what was made up in it.
    fn has_stand_in(&self, id: NodeId) -> bool {
        let known = self.known.borrow();
        known.stand_ins().any(|(target, _)| self.tree.contains(id, target.node()))
    }

    /// Whether nothing else can be meant: nothing was put aside.
    fn is_certain(&self, suspect: Target, id: NodeId, complaint: &Complaint) -> bool {
        match (suspect, complaint) {
            (Target::Absent(object, _), Complaint::MissingField(_)) => {
                object == id && !self.has_buffered(id)
            }
            (_, Complaint::UnknownField { .. }) => !self.has_buffered(id),
            _ => false,
        }
    }

    /// Notes the fault of a place that a complaint turned out to be about.
    pub(super) fn convict(&self, target: Target, shape: Shape, complaint: &Complaint) {
        match (target, complaint) {
            (Target::Absent(_, field), _) => {
                self.learn_required(shape, field);
                self.blame(target, Fault::Required);
            }
            (Target::At(id), Complaint::UnknownField { name, known }) => {
                if !known.is_empty() {
                    self.learn_denying(shape);
                }
                self.blame_and_drop(id, Fault::unknown_field(name, known));
            }
            (Target::At(id), Complaint::DuplicateField(_)) => {
                self.blame_and_drop(id, Fault::Duplicate);
            }
            (Target::At(id), complaint) => {
                self.blame(target, self.fault_of(id, complaint));
            }
        }
    }

    /// What is wrong at a place by itself.
    pub(super) fn fault_of(&self, id: NodeId, complaint: &Complaint) -> Fault {
        match complaint {
            Complaint::UnknownVariant { name, known } => Fault::one_of(Some(name), known),
            Complaint::Value { given, wanted } if self.is_given(id, given) => {
                fault_of_value(given, *wanted)
            }
            Complaint::MissingField(_) if self.tree.kind(id) != Kind::Object => {
                Fault::Type("object")
            }
            _ => Fault::Invalid,
        }
    }
}

fn fault_of_value(given: &Given, wanted: Wanted) -> Fault {
    match (given, wanted) {
        (Given::Unsigned(_) | Given::Signed(_), Wanted::Integer(bounds)) => Fault::Range(bounds),
        // Of the right kind, and refused all the same.
        (Given::Text(_), Wanted::Text | Wanted::Character)
        | (Given::Array, Wanted::Array)
        | (Given::Object, Wanted::Object) => Fault::Invalid,
        _ => Fault::wanted(wanted),
    }
}

impl Session<'_> {
    /// A stand-in was refused; its type may have said what it wants.
    pub(super) fn show_another_for(&self, slot: Slot, complaint: &Complaint) {
        match complaint {
            Complaint::Value { wanted, .. } => self.learn_wanted(slot, *wanted),
            Complaint::UnknownVariant { known, .. } if self.learn_names(slot, known) => return,
            _ => {}
        }
        self.show_another(slot);
    }

    pub(super) fn learn_wanted(&self, slot: Slot, wanted: Wanted) {
        let stand_in = &mut self.known.borrow_mut().slots[slot.0];
        if stand_in.wanted.is_none() && wanted != Wanted::Other {
            stand_in.wanted = Some(wanted);
        }
    }

    /// The type has said what it wants in place of what was shown.
    pub(super) fn show_another_wanted(&self, slot: Slot, wanted: Wanted) {
        let mut known = self.known.borrow_mut();
        let stand_in = &mut known.slots[slot.0];
        let is_new = stand_in.wanted != Some(wanted) && wanted != Wanted::Other;
        (stand_in.wanted, stand_in.shown) = (Some(wanted), None);
        if !is_new {
            drop(known);
            self.show_another(slot);
        }
    }

    /// A name was asked for where a text was: its fault lists them. `false` when it was known.
    fn learn_names(&self, slot: Slot, names: Fields) -> bool {
        let mut known = self.known.borrow_mut();
        let target = known.slots[slot.0].target;
        let wanted = known.slots[slot.0].wanted.replace(Wanted::Name(names));
        for (at, fault) in &mut known.faults {
            if *at == target && *fault == Fault::Type("string") {
                *fault = Fault::one_of(None, names);
            }
        }
        wanted != Some(Wanted::Name(names))
    }
}

impl Cursor<'_> {
    /// Gives an error the place where it came out, unless somebody further in has done so.
    pub(super) fn refused(self, refusal: Refusal) -> Refusal {
        let Refusal::Unplaced(complaint) = refusal else {
            return refusal;
        };
        match (self.at, self.made_up()) {
            (At::Key(_) | At::Label(_) | At::Word(_), _) => return Refusal::Unplaced(complaint),
            (_, Some(slot)) => self.session.show_another_for(slot, &complaint),
            (At::Node(id) | At::Part(id, _), None) => {
                self.session.place(id, Shape("", 0), *complaint);
            }
            (At::Invented, None) => self.session.give_up(),
        }
        Refusal::Noted
    }
}
