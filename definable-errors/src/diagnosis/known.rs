//! What passes have found out.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cursor::Site;
use super::fault::Fault;
use super::readings::Readings;
use super::session::Session;
use super::stand_in::{Slot, StandIn};
use super::tree::{NodeId, Tree};
use super::trial::Trial;

#[derive(Default, Clone)]
pub(super) struct Known {
    pub(super) faults: Vec<(Target, Fault)>,
    pub(super) slots: Vec<StandIn>,
    /// Nodes that something else stands in for.
    pub(super) replaced: BTreeMap<NodeId, Slot>,
    /// Members that are left out: unknown, doubled, or nothing can stand in for them.
    pub(super) dropped: HashSet<NodeId>,
    /// Fields that are missing, by their object.
    pub(super) absent: BTreeMap<NodeId, Vec<(&'static str, Slot)>>,
    /// Fields that a type was seen to require, and types that were seen to refuse unknown fields.
    pub(super) required: HashMap<Shape, Vec<&'static str>>,
    pub(super) denying: HashSet<Shape>,
    /// Fields of types whose tag says whether there is content.
    pub(super) tagged: HashSet<usize>,
    /// How many of the usual stand-ins a type has refused.
    pub(super) refused: HashMap<Taste, usize>,
    pub(super) last_given: Option<Taste>,
    pub(super) trial: Option<Trial>,
    /// Members whose objects are read without them for as long as there is another.
    pub(super) deferred: HashSet<NodeId>,
    /// Arrays whose elements are of different types: each means something by where it stands.
    pub(super) tuples: HashSet<NodeId>,
    /// Up to which element lists are known to be good.
    pub(super) resume: HashMap<NodeId, NodeId>,
    pub(super) retracted: HashSet<(NodeId, &'static str)>,
    /// Types whose fields were shown, by their object.
    pub(super) fields: Vec<(NodeId, Fields)>,
    /// What serde put aside to look at later, without a way back.
    pub(super) buffered: Vec<NodeId>,
    /// A bit for every node that a type has taken as it stands.
    pub(super) good: Vec<u64>,
    /// Texts that are shown as something else.
    pub(super) readings: Readings,
    pub(super) is_stuck: bool,
}

/// Where a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    At(NodeId),
    /// At a member that is not there.
    Absent(NodeId, &'static str),
}

/// A type, as far as its `Deserialize` can be told from others: visitor and address of its fields.
/// Variants of one enum share both when their fields have the same names, so theirs is a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape(pub(super) &'static str, pub(super) usize, pub(super) &'static str);

/// The names of a type's fields.
pub(super) type Fields = &'static [&'static str];

/// Who looks at a stand-in, and where.
pub(super) type Taste = (&'static str, Site);

impl Target {
    /// The node, or the object that lacks one.
    pub(super) const fn node(self) -> NodeId {
        match self {
            Self::At(id) | Self::Absent(id, _) => id,
        }
    }
}

impl Known {
    /// All places where something stands in.
    pub(super) fn stand_ins(&self) -> impl Iterator<Item = (Target, Slot)> + '_ {
        let absent = self.absent.iter().flat_map(|(id, fields)| {
            fields.iter().map(|(field, slot)| (Target::Absent(*id, field), *slot))
        });
        self.replaced.iter().map(|(id, slot)| (Target::At(*id), *slot)).chain(absent)
    }

    /// What stands in within that node, members of made-up objects included.
    pub(super) fn slots_in(&self, tree: &Tree<'_>, id: NodeId) -> Vec<Slot> {
        let inside = self.stand_ins().filter(|(target, _)| tree.contains(id, target.node()));
        let mut slots: Vec<_> = inside.map(|(_, slot)| slot).collect();
        let mut at = 0;
        while let Some(slot) = slots.get(at).copied() {
            slots.extend(self.slots[slot.0].members.iter().map(|(_, slot)| *slot));
            at += 1;
        }
        slots
    }

    pub(super) fn is_good(&self, id: NodeId) -> bool {
        self.good[id.0 as usize / 64] & (1 << (id.0 % 64)) != 0
    }
}

impl Session<'_> {
    pub(super) fn note_buffered(&self, id: NodeId) {
        self.known.borrow_mut().buffered.push(id);
    }

    pub(super) fn note_tagged(&self, fields: usize) {
        self.known.borrow_mut().tagged.insert(fields);
    }

    /// Whether what an object needs depends on its tag.
    pub(super) fn is_tagged(&self, shape: Shape) -> bool {
        self.known.borrow().tagged.contains(&shape.1)
    }

    pub(super) fn note_tuple(&self, id: NodeId) {
        self.known.borrow_mut().tuples.insert(id);
    }

    pub(super) fn note_fields(&self, id: NodeId, fields: Fields) {
        self.known.borrow_mut().fields.push((id, fields));
    }

    /// Fields that are missing in that object, and what stands in for them.
    pub(super) fn absences(&self, id: NodeId) -> Vec<(&'static str, Option<Slot>)> {
        let known = self.known.borrow();
        let absent = known.absent.get(&id).map(Vec::as_slice).unwrap_or_default();
        absent.iter().rev().map(|(field, slot)| (*field, Some(*slot))).collect()
    }

    pub(super) fn required(&self, shape: Shape) -> Vec<&'static str> {
        self.known.borrow().required.get(&shape).cloned().unwrap_or_default()
    }

    /// `false` when it was known.
    pub(super) fn learn_required(&self, shape: Shape, field: &'static str) -> bool {
        let mut known = self.known.borrow_mut();
        let fields = known.required.entry(shape).or_default();
        let is_new = !fields.contains(&field);
        if is_new {
            fields.push(field);
        }
        is_new
    }

    pub(super) fn has_deferred(&self) -> bool {
        !self.known.borrow().deferred.is_empty()
    }

    pub(super) fn is_deferred(&self, id: NodeId) -> bool {
        self.known.borrow().deferred.contains(&id)
    }

    pub(super) fn is_denying(&self, shape: Shape) -> bool {
        let known = self.known.borrow();
        !known.denying.is_empty() && known.denying.contains(&shape)
    }

    pub(super) fn learn_denying(&self, shape: Shape) {
        self.known.borrow_mut().denying.insert(shape);
    }

    /// The field was not missing after all: it goes by another name in the input.
    pub(super) fn retract(&self, id: NodeId, field: &'static str) {
        let mut known = self.known.borrow_mut();
        let target = Target::Absent(id, field);
        known.faults.retain(|(at, _)| *at != target);
        if let Some(fields) = known.absent.get_mut(&id) {
            fields.retain(|(known, _)| *known != field);
        }
        known.retracted.insert((id, field));
    }

    pub(super) fn is_retracted(&self, id: NodeId, field: &'static str) -> bool {
        self.known.borrow().retracted.contains(&(id, field))
    }

    pub(super) fn is_dropped(&self, id: NodeId) -> bool {
        self.known.borrow().dropped.contains(&id)
    }

    pub(super) fn drop_member(&self, id: NodeId) {
        self.count_noted();
        self.known.borrow_mut().dropped.insert(id);
    }
}

impl Session<'_> {
    /// Fields that objects of this type were seen to require are missing here at once.
    pub(super) fn note_known_absences(&self, id: NodeId, shape: Shape, fields: Fields) {
        for field in self.required(shape) {
            if self.is_full() {
                return;
            }
            let is_there = |child| self.key_for(child, fields) == field;
            let is_known = self.absences(id).iter().any(|(known, _)| *known == field);
            if !is_known && !self.is_retracted(id, field) && !self.tree.children(id).any(is_there) {
                self.blame(Target::Absent(id, field), Fault::Required);
            }
        }
    }
}
