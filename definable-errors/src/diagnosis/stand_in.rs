use super::candidates::{any_candidate, candidate, wanted_candidate};
use super::given::Given;
use super::hint::Hint;
use super::known::{Target, Taste};
use super::offer::Offer;
use super::refusal::Refusal;
use super::session::Session;
use super::tree::{Kind, NodeId};
use super::wanted::Wanted;

/// The number of a stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(pub(super) usize);

/// What is shown in place of a value that is wrong or missing.
#[derive(Debug, Clone)]
pub(super) struct StandIn {
    pub(super) target: Target,
    /// What was asked for, where nobody says it when the value is read.
    pub(super) wanted: Option<Wanted>,
    /// What was shown last where nobody said what was asked for.
    pub(super) shown: Option<(Given, Taste)>,
    /// How often it was said what is wanted.
    pub(super) turns: usize,
    /// How many were refused of those shown where serde put the value aside.
    pub(super) refused: usize,
    /// Members that were missed in it where an object is shown, each with its own stand-in.
    pub(super) members: Vec<(&'static str, Slot)>,
}

impl StandIn {
    pub(super) const fn new(target: Target, wanted: Option<Wanted>) -> Self {
        Self { target, wanted, shown: None, turns: 0, refused: 0, members: Vec::new() }
    }
}

impl Session<'_> {
    /// The next stand-in that this taste has not refused.
    pub(super) fn stand_in_for(
        &self,
        slot: Slot,
        hint: Hint,
        taste: Taste,
    ) -> Result<Offer<'static>, Refusal> {
        let mut known = self.known.borrow_mut();
        known.last_given = Some(taste);
        let refused = match is_aside(taste) {
            true => known.slots[slot.0].refused,
            false => known.refused.get(&taste).copied().unwrap_or_default(),
        };
        let offer = match (hint, known.slots[slot.0].wanted) {
            // Its own text, so that a complaint about it tells which stand-in is meant.
            (Hint::Any, None) if refused == 0 => Some(Offer::Text(format!("a{}", slot.0).into())),
            (Hint::Any, None) => any_candidate(refused - 1),
            (Hint::Any, Some(Wanted::Text)) if refused == 0 => {
                Some(Offer::Text(format!("a{}", slot.0).into()))
            }
            (Hint::Any, Some(Wanted::Integer(_) | Wanted::Number)) if refused == 0 => {
                Some(Offer::Unsigned(self.rare_number(slot)))
            }
            (Hint::Any, Some(wanted @ (Wanted::Integer(_) | Wanted::Number))) => {
                wanted_candidate(wanted, refused - 1)
            }
            (Hint::Any, Some(wanted)) => wanted_candidate(wanted, refused),
            (Hint::Text, Some(wanted @ Wanted::Name(names))) => {
                wanted_candidate(wanted, refused).or_else(|| candidate(hint, refused - names.len()))
            }
            _ => candidate(hint, refused),
        };
        let shown = offer.as_ref().filter(|_| hint == Hint::Any);
        known.slots[slot.0].shown = shown.map(|offer| (offer.given(), taste));
        drop(known);
        offer.ok_or_else(|| {
            self.climb(slot);
            Refusal::Noted
        })
    }

    /// The stand-in shown last was refused: the next pass shows another.
    pub(super) fn show_another(&self, slot: Slot) {
        let mut known = self.known.borrow_mut();
        match known.last_given.take() {
            Some(taste) if is_aside(taste) => known.slots[slot.0].refused += 1,
            Some(taste) => *known.refused.entry(taste).or_default() += 1,
            None => {
                drop(known);
                self.climb(slot);
            }
        }
    }

    /// Nothing can stand in here: something stands in for what is around it, or it is left out.
    fn climb(&self, slot: Slot) {
        let target = self.stand_in(slot).target;
        let (inner, parent) = match target {
            Target::At(id) => (Some(id), self.tree.parent(id)),
            Target::Absent(id, _) => (None, Some(id)),
        };
        match (inner, parent) {
            (Some(id), Some(object)) if self.defers(object, id) => {}
            (Some(id), Some(list)) if self.is_droppable_from(list) && !self.is_dropped(id) => {
                self.drop_member(id);
            }
            (_, Some(parent)) if self.slot_of(parent).is_none() => {
                self.replace(Target::At(parent));
            }
            (_, Some(parent)) => {
                let slot = self.slot_of(parent).expect("the arm above is for those without");
                self.climb(slot);
            }
            (_, None) => self.give_up(),
        }
    }

    /// The other members are read first; what nothing stands in for hides them no longer.
    fn defers(&self, object: NodeId, id: NodeId) -> bool {
        let defers =
            self.tree.kind(object) == Kind::Object && self.known.borrow_mut().deferred.insert(id);
        if defers {
            self.count_noted();
        }
        defers
    }

    fn is_droppable_from(&self, id: NodeId) -> bool {
        let is_list = matches!(self.tree.kind(id), Kind::Array | Kind::Texts);
        is_list && !self.known.borrow().tuples.contains(&id)
    }
}

/// Whether serde puts the value aside: whoever wants it cannot be told from others.
fn is_aside(taste: Taste) -> bool {
    taste.0.contains("Content")
}
