//! Which part of a value a type complains about in words of its own, where serde put the value aside.
//!
//! A uuid in a flattened struct says "is no uuid", and neither where nor what. So something absurd
//! is shown for every part: the type then says of which it reads first that this is absurd. That one
//! is shown as it is again, and so on, until the complaint in words is back. The part given back last
//! is read last before it. Once more, with that part first in the order: if no other part is read
//! before the complaint then, it is about this part alone. Last, something has to stand in there that
//! silences the complaint; otherwise nothing is said of the part.

use serde::de::DeserializeOwned;

use super::candidates::wanted_candidate;
use super::fault::Fault;
use super::known::{Known, Target};
use super::offer::Offer;
use super::refusal::Complaint;
use super::session::Session;
use super::stand_in::Slot;
use super::tree::{Kind, NodeId};
use super::wanted::Wanted;

/// A value with more parts is told as a whole.
const MAX_PARTS: usize = 24;

/// More values than these are not tried in one place.
const MAX_TRIES: usize = 32;

#[derive(Default)]
pub(super) struct Riddle {
    /// The value about which a complaint in words came.
    asked: Option<NodeId>,
    /// The value that is read again and again, and what came out of it.
    tried: Option<NodeId>,
    heard: Option<Complaint>,
    /// What is shown instead of parts.
    instead: Vec<(NodeId, Offer<'static>)>,
    /// The part that stands before all others.
    front: Option<NodeId>,
}

impl Session<'_> {
    /// Puts the question off to the end of the pass. `false` when it is about another value.
    pub(super) fn ask(&self, id: NodeId, complaint: &Complaint) -> bool {
        let is_one = *complaint == Complaint::Other && self.has_buffered(id);
        // During a trial the next passes come by here again.
        if is_one && !self.is_in_trial() {
            self.riddle.borrow_mut().asked = Some(id);
        }
        is_one
    }

    /// Whether the value is read only to hear what it is complained about.
    pub(super) fn is_tried(&self, id: NodeId, complaint: &Complaint) -> bool {
        let mut riddle = self.riddle.borrow_mut();
        if riddle.tried.is_none() {
            return false;
        }
        if riddle.tried == Some(id) {
            riddle.heard = Some(complaint.clone());
        }
        true
    }

    /// Whether a value is read only to hear what it is complained about.
    pub(super) fn is_trying(&self) -> bool {
        self.riddle.borrow().tried.is_some()
    }

    pub(super) fn instead(&self, id: NodeId) -> Option<Offer<'static>> {
        let riddle = self.riddle.borrow();
        riddle.instead.iter().find(|(node, _)| *node == id).map(|(_, offer)| offer.clone())
    }

    /// The member in which the part stands that comes first.
    pub(super) fn front_of(&self, object: NodeId) -> Option<NodeId> {
        let front =
            self.riddle.borrow().front.filter(|front| self.tree.contains(object, *front))?;
        self.tree.children(object).find(|child| self.tree.contains(*child, front))
    }

    /// Answers the question of this pass, if there is one: the part is told, or else the whole.
    pub(super) fn solve<T: DeserializeOwned>(&self) {
        let Some(id) = self.riddle.borrow_mut().asked.take() else {
            return;
        };
        let saved = self.known.borrow().clone();
        self.riddle.borrow_mut().tried = Some(id);
        let part = match self.mend::<T>(id, &saved) {
            true => None,
            false => self.part::<T>(id, &saved).or(Some((id, 0))),
        };
        *self.riddle.borrow_mut() = Riddle::default();
        match part {
            Some((whole, _)) if whole == id => self.tell_whole(id),
            Some((part, turn)) => self.tell_part(part, turn),
            None => {}
        }
    }

    fn tell_whole(&self, id: NodeId) {
        if self.has_stand_in(id) {
            self.replace(Target::At(id));
            return;
        }
        self.doubt(Target::At(id));
        self.blame(Target::At(id), Fault::Invalid);
    }

    fn tell_part(&self, part: NodeId, turn: usize) {
        let slot = self.blame(Target::At(part), Fault::Invalid);
        let stand_in = &mut self.known.borrow_mut().slots[slot.0];
        (stand_in.donor, stand_in.refused) = (None, turn);
        (stand_in.wanted, stand_in.is_said) = (Some(self.wanted_of(part)), true);
    }

    /// Whether what was refused is made up: then another stand-in is shown there.
    fn mend<T: DeserializeOwned>(&self, id: NodeId, saved: &Known) -> bool {
        let slots = saved.slots_in(self.tree, id).into_iter().take(4);
        let better = |slot| self.better::<T>(id, slot, saved).map(|turn| (slot, turn));
        let found = slots.into_iter().find_map(better);
        if let Some((slot, turn)) = found {
            self.known.borrow_mut().slots[slot.0].refused = turn;
        }
        found.is_some()
    }

    /// The next stand-in that is taken, when this one is not.
    fn better<T: DeserializeOwned>(&self, id: NodeId, slot: Slot, saved: &Known) -> Option<usize> {
        let parts = self.parts(id).unwrap_or_default();
        if let Target::At(part) = saved.slots[slot.0].target {
            // Read before all others, it is complained about alone.
            self.riddle.borrow_mut().front = Some(part);
            self.riddle.borrow_mut().instead = self.absurd(&parts);
        }
        let first = saved.slots[slot.0].refused;
        let is_taken = |turn: usize| {
            let heard = self.hear::<T>(saved, |known| known.slots[slot.0].refused = turn);
            let is_taken = self.is_taken(slot, heard.as_ref());
            *self.known.borrow_mut() = saved.clone();
            is_taken
        };
        let better = match is_taken(first) {
            true => None,
            false => (first + 1..MAX_TRIES).find(|turn| is_taken(*turn)),
        };
        self.riddle.borrow_mut().front = None;
        self.riddle.borrow_mut().instead.clear();
        better
    }

    /// Whether what stood in there is not what was complained about.
    fn is_taken(&self, slot: Slot, heard: Option<&Complaint>) -> bool {
        let known = self.known.borrow();
        let Some((shown, _)) = &known.slots[slot.0].shown else {
            return false;
        };
        match heard {
            Some(Complaint::Other) => false,
            Some(Complaint::Value { given, .. }) => given != shown,
            _ => true,
        }
    }

    /// The only part that the complaint is about, and which stand-in silences it.
    fn part<T: DeserializeOwned>(&self, id: NodeId, saved: &Known) -> Option<(NodeId, usize)> {
        let parts = self.parts(id)?;
        let last = *self.read_before::<T>(&parts, saved)?.last()?;
        self.riddle.borrow_mut().front = Some(last);
        if self.read_before::<T>(&parts, saved)? != [last] {
            return None;
        }
        // The other parts stay absurd: of two that are wrong this is one.
        let turn = (1..MAX_TRIES).find(|turn| self.silences::<T>(last, *turn, saved));
        *self.known.borrow_mut() = saved.clone();
        Some((last, turn?))
    }

    /// The texts and numbers of the value, as far as they are shown as they are.
    fn parts(&self, id: NodeId) -> Option<Vec<NodeId>> {
        let is_part = |part: &NodeId| {
            let is_scalar = matches!(self.tree.kind(*part), Kind::String | Kind::Number);
            is_scalar && self.slot_of(*part).is_none() && !self.is_dropped(*part)
        };
        let parts: Vec<_> = self.tree.subtree(id).filter(is_part).take(MAX_PARTS + 1).collect();
        (parts.len() <= MAX_PARTS).then_some(parts)
    }

    /// The parts that are read before the complaint comes, in that order.
    fn read_before<T: DeserializeOwned>(
        &self,
        parts: &[NodeId],
        saved: &Known,
    ) -> Option<Vec<NodeId>> {
        let mut absurd = self.absurd(parts);
        let mut read = Vec::new();
        loop {
            self.riddle.borrow_mut().instead.clone_from(&absurd);
            let heard = self.hear::<T>(saved, |_| {});
            *self.known.borrow_mut() = saved.clone();
            let Some(Complaint::Value { given, .. }) = heard else {
                return (heard == Some(Complaint::Other)).then_some(read);
            };
            let at = absurd.iter().position(|(_, offer)| offer.given() == given)?;
            read.push(absurd.remove(at).0);
        }
    }

    /// What no type takes that takes what stands there.
    fn absurd(&self, parts: &[NodeId]) -> Vec<(NodeId, Offer<'static>)> {
        let mut number = 0.0;
        let absurd = |part: &NodeId| {
            number += 1.0;
            match self.tree.kind(*part) {
                Kind::String => (*part, Offer::Float(1e200 * number)),
                _ => (*part, Offer::Text(format!("absurd {number}").into())),
            }
        };
        parts.iter().map(absurd).collect()
    }

    fn wanted_of(&self, part: NodeId) -> Wanted {
        match self.tree.kind(part) {
            Kind::String => Wanted::Text,
            _ => Wanted::Integer(None),
        }
    }

    fn silences<T: DeserializeOwned>(&self, part: NodeId, turn: usize, saved: &Known) -> bool {
        let wanted = self.wanted_of(part);
        let number = turn - usize::from(wanted != Wanted::Text);
        let Some(offer) = wanted_candidate(wanted, number) else {
            return false;
        };
        let shown = offer.given();
        let instead = (part, offer);
        self.riddle.borrow_mut().instead.retain(|(other, _)| *other != part);
        self.riddle.borrow_mut().instead.push(instead);
        match self.hear::<T>(saved, |_| {}) {
            Some(Complaint::Other) => false,
            Some(Complaint::Value { given, .. }) => given != shown,
            _ => true,
        }
    }

    /// What comes out of the value when it is read like this.
    fn hear<T: DeserializeOwned>(
        &self,
        saved: &Known,
        change: impl FnOnce(&mut Known),
    ) -> Option<Complaint> {
        // Who cannot listen finds nothing out.
        if !self.can_listen() {
            return Some(Complaint::Other);
        }
        let mut known = saved.clone();
        change(&mut known);
        known.fields.clear();
        known.buffered.clear();
        *self.known.borrow_mut() = known;
        self.riddle.borrow_mut().heard = None;
        let _ = T::deserialize(self.root());
        self.riddle.borrow_mut().heard.take()
    }
}
