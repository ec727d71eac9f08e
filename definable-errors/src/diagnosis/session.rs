use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::cursor::{At, Cursor, Site};
use super::fault::Fault;
use super::stand_in::{Slot, StandIn};
use super::tree::{Kind, NodeId, ROOT, Tree};
use super::trial::Trial;
use crate::problem::Problem;

/// Levels of a value, made-up ones included.
const MAX_DEPTH: usize = 140;

/// What is known of one input while it is deserialized again and again.
pub(super) struct Session<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) known: RefCell<Known>,
    /// Steps left; what a body may cost is a multiple of its size.
    fuel: Cell<usize>,
    /// Elements that were found good are left out, so that a pass costs what is still unknown.
    skips: Cell<Skips>,
    depth: Cell<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skips {
    Not,
    May,
    Did,
}

#[derive(Default)]
pub(super) struct Known {
    pub(super) faults: Vec<(Target, Fault)>,
    pub(super) slots: Vec<StandIn>,
    /// Nodes that something else stands in for.
    pub(super) replaced: HashMap<NodeId, Slot>,
    /// Members that are left out: unknown, doubled, or nothing can stand in for them.
    pub(super) dropped: HashSet<NodeId>,
    /// Fields that are missing, by their object.
    pub(super) absent: HashMap<NodeId, Vec<(&'static str, Slot)>>,
    /// Fields that a type was seen to require, and types that were seen to refuse unknown fields.
    pub(super) required: HashMap<Shape, Vec<&'static str>>,
    pub(super) denying: HashSet<Shape>,
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
    good: Vec<u64>,
    is_stuck: bool,
}

/// Where a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    At(NodeId),
    /// At a member that is not there.
    Absent(NodeId, &'static str),
}

/// A type, as far as its `Deserialize` can be told from others: visitor and address of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape(pub(super) &'static str, pub(super) usize);

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

    fn is_good(&self, id: NodeId) -> bool {
        self.good[id.0 as usize / 64] & (1 << (id.0 % 64)) != 0
    }
}

impl<'t> Session<'t> {
    pub(super) fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            known: RefCell::new(Known {
                good: vec![0; tree.nodes.len() / 64 + 1],
                ..Known::default()
            }),
            fuel: Cell::new(tree.nodes.len().saturating_mul(32).saturating_add(50_000)),
            skips: Cell::new(Skips::Not),
            depth: Cell::new(0),
        }
    }

    pub(super) fn root(&self) -> Cursor<'_> {
        Cursor { session: self, at: At::Node(ROOT), owner: None, site: Site::default() }
    }

    /// Counts a step.
    pub(super) fn is_exhausted(&self) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(1));
        left == 0
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
        let is_full = known.faults.len() > Problem::MAX_VIOLATIONS;
        !is_full && !known.is_stuck && self.fuel.get() > 0
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

    /// Whether an element may be left out of this pass.
    pub(super) fn skips(&self, id: NodeId) -> bool {
        let may = self.skips.get() != Skips::Not && self.known.borrow().is_good(id);
        if may {
            self.skips.set(Skips::Did);
        }
        may
    }

    /// The first element of a list that is not known to be good.
    pub(super) fn resume(&self, list: NodeId) -> Option<NodeId> {
        if self.skips.get() == Skips::Not {
            return None;
        }
        let resumed = self.known.borrow().resume.get(&list).copied();
        if resumed.is_some() {
            self.skips.set(Skips::Did);
        }
        resumed
    }

    pub(super) fn resume_at(&self, list: NodeId, element: NodeId) {
        if self.skips.get() != Skips::Not {
            self.known.borrow_mut().resume.insert(list, element);
        }
    }

    pub(super) fn note_good(&self, id: NodeId) {
        self.known.borrow_mut().good[id.0 as usize / 64] |= 1 << (id.0 % 64);
    }

    pub(super) fn is_dropped(&self, id: NodeId) -> bool {
        self.known.borrow().dropped.contains(&id)
    }

    pub(super) fn drop_member(&self, id: NodeId) {
        self.known.borrow_mut().dropped.insert(id);
    }

    pub(super) fn give_up(&self) {
        self.known.borrow_mut().is_stuck = true;
    }

    pub(super) fn slot_of(&self, id: NodeId) -> Option<Slot> {
        let known = self.known.borrow();
        if known.replaced.is_empty() {
            return None;
        }
        known.replaced.get(&id).copied()
    }

    pub(super) fn stand_in(&self, slot: Slot) -> StandIn {
        self.known.borrow().slots[slot.0].clone()
    }

    /// Notes a fault and that something has to stand in for what is there.
    pub(super) fn blame(&self, target: Target, fault: Fault) -> Slot {
        self.known.borrow_mut().faults.push((target, fault));
        self.replace(target)
    }

    /// Notes a fault of a member that will be left out.
    pub(super) fn blame_and_drop(&self, id: NodeId, fault: Fault) {
        self.known.borrow_mut().faults.push((Target::At(id), fault));
        self.drop_member(id);
    }

    pub(super) fn replace(&self, target: Target) -> Slot {
        let donor = match target {
            Target::At(id) => self.donor(id),
            Target::Absent(..) => None,
        };
        let mut known = self.known.borrow_mut();
        let slot = Slot(known.slots.len());
        known.slots.push(StandIn { target, donor, wanted: None, shown: None });
        match target {
            Target::At(id) => {
                known.replaced.insert(id, slot);
            }
            Target::Absent(id, field) => known.absent.entry(id).or_default().push((field, slot)),
        }
        slot
    }

    /// A good value of the same type: what stands at the same place in a sibling.
    fn donor(&self, id: NodeId) -> Option<NodeId> {
        let mut way: Vec<NodeId> = Vec::new();
        let mut inner = id;
        while let Some(parent) = self.tree.parent(inner) {
            let known = self.known.borrow();
            if self.tree.kind(parent) == Kind::Array && !known.tuples.contains(&parent) {
                let siblings = self.tree.children(parent).take(64);
                let same =
                    |sibling| way.iter().rev().try_fold(sibling, |at, step| self.same(at, *step));
                let mut found = siblings.filter_map(same);
                return found.find(|node| known.is_good(*node));
            }
            way.push(inner);
            inner = parent;
        }
        None
    }

    /// The child of a node that stands where that one stands in its own parent.
    fn same(&self, id: NodeId, child: NodeId) -> Option<NodeId> {
        (self.tree.kind(id) == Kind::Object).then(|| self.tree.child(id, &self.tree.key(child)))?
    }
}
