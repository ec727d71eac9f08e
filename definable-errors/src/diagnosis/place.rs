//! Where a complaint belongs.

use super::cursor::{At, Cursor};
use super::fault::Fault;
use super::given::Given;
use super::known::{Fields, Shape, Target};
use super::origin::Origin;
use super::refusal::{Complaint, Refusal};
use super::session::Session;
use super::stand_in::{Slot, StandIn};
use super::tree::{Kind, NodeId};
use super::wanted::Wanted;

/// A made-up object has no more members than these.
const MAX_MEMBERS: usize = 64;

/// A type that says more often than this what it wants says different things.
const MAX_TURNS: usize = 16;

impl Session<'_> {
    /// A complaint came out of a value: it is about that value, or about something in it that
    /// serde put aside.
    pub(super) fn place(&self, id: NodeId, shape: Shape, complaint: Complaint) {
        if complaint == Complaint::Unsupported && self.tree.origin != Origin::Body {
            self.is_unreadable.set(true);
            return self.give_up();
        }
        if self.rereads(&complaint) {
            return self.hold_trial();
        }
        let complaint = self.overheard(id, complaint);
        if self.is_about_stand_in(id, &complaint) {
            return self.hold_trial();
        }
        if self.is_on_trial(id, &complaint) {
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
            [only] => {
                self.convict(*only, shape, &complaint);
                self.want(*only, &complaint);
            }
            _ => self.begin_trial(id, shape, complaint, suspects),
        }
    }

    /// Whether a stand-in is what is complained about; its type has said what it wants.
    fn is_about_stand_in(&self, id: NodeId, complaint: &Complaint) -> bool {
        match complaint {
            Complaint::Value { given, wanted } => self.is_about_shown(id, given, *wanted),
            Complaint::UnknownVariant { name, known } => {
                self.is_about_shown(id, &Given::Text(name.clone()), Wanted::Name(known))
            }
            Complaint::MissingField(field) => {
                self.is_about_made_up_tag(id) || self.is_about_made_up_object(id, field)
            }
            _ => false,
        }
    }

    fn is_about_shown(&self, id: NodeId, given: &Given, wanted: Wanted) -> bool {
        let known = self.known.borrow();
        let is_it = |slot: &Slot| {
            let shown = known.slots[slot.0].shown.as_ref();
            shown.is_some_and(|(shown, _)| shown == given)
        };
        let found = known.slots_in(self.tree, id).into_iter().find(is_it);
        drop(known);
        if let Some(slot) = found {
            self.show_another_wanted(slot, wanted);
        }
        found.is_some()
    }

    /// What is missing for a tag that was made up, another one may not need.
    fn is_about_made_up_tag(&self, id: NodeId) -> bool {
        let mut known = self.known.borrow_mut();
        let found = known.slots_in(self.tree, id).into_iter().find_map(|slot| {
            let stand_in = &known.slots[slot.0];
            let is_tag = matches!(stand_in.wanted, Some(Wanted::Name(_)));
            stand_in.shown.as_ref().filter(|_| is_tag).map(|_| slot)
        });
        if let Some(slot) = found {
            known.slots[slot.0].refused += 1;
        }
        found.is_some()
    }

    /// What is missing may be missing in an object that was made up: it gets it, and when the
    /// complaint comes again, another one was meant.
    fn is_about_made_up_object(&self, id: NodeId, field: &'static str) -> bool {
        let mut known = self.known.borrow_mut();
        let found = known.slots_in(self.tree, id).into_iter().find(|slot| {
            let StandIn { shown, members, .. } = &known.slots[slot.0];
            let is_object = matches!(shown, Some((Given::Object, _)));
            is_object && members.len() < MAX_MEMBERS && members.iter().all(|it| it.0 != field)
        });
        if let Some(object) = found {
            self.count_noted();
            let target = known.slots[object.0].target;
            let member = Slot(known.slots.len());
            known.slots.push(StandIn::new(target, None));
            known.slots[object.0].members.push((field, member));
        }
        found.is_some()
    }

    /// Whether a complaint about that value may be about what was made up in it.
    pub(super) fn has_stand_in(&self, id: NodeId) -> bool {
        let known = self.known.borrow();
        known.stand_ins().any(|(target, _)| self.tree.contains(id, target.node()))
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
            Complaint::Value { given: Given::Array, .. } if self.tree.kind(id) == Kind::Texts => {
                Fault::Duplicate
            }
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
        (Given::Unsigned(_) | Given::Signed(_), Wanted::Integer(bounds)) => {
            // A zero between the bounds of an integer that is none.
            Fault::Range(bounds.filter(|bounds| !bounds.contain(0) || *given != Given::Unsigned(0)))
        }
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
            Complaint::UnknownVariant { known, .. } if self.learn_names(slot, known) => return,
            _ => {}
        }
        self.show_another(slot);
    }

    /// The type has said what it wants in place of what was shown.
    pub(super) fn show_another_wanted(&self, slot: Slot, wanted: Wanted) {
        let mut known = self.known.borrow_mut();
        let stand_in = &mut known.slots[slot.0];
        stand_in.turns += 1;
        let is_new = stand_in.wanted != Some(wanted)
            && wanted != Wanted::Other
            && stand_in.turns < MAX_TURNS;
        (stand_in.wanted, stand_in.shown) = (Some(wanted), None);
        match is_new {
            true => stand_in.refused = 0,
            false => {
                drop(known);
                self.show_another(slot);
            }
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
                self.session.place(id, Shape("", 0, ""), *complaint);
            }
            (At::Invented, None) => self.session.give_up(),
        }
        Refusal::Noted
    }
}
