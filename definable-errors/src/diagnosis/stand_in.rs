use std::borrow::Cow;

use super::hint::Hint;
use super::offer::Offer;
use super::refusal::{Given, Refusal, Wanted};
use super::session::{Session, Target, Taste};
use super::tree::{Kind, NodeId};

/// The number of a stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(pub(super) usize);

/// What is shown in place of a value that is wrong or missing.
#[derive(Debug, Clone)]
pub(super) struct StandIn {
    pub(super) target: Target,
    /// A good value of the same type.
    pub(super) donor: Option<NodeId>,
    /// What was asked for, where nobody says it when the value is read.
    pub(super) wanted: Option<Wanted>,
    /// What was shown last where nobody said what was asked for.
    pub(super) shown: Option<(Given, Taste)>,
}

/// Texts that types of their own are made from, the likeliest first.
const TEXTS: [&str; 22] = [
    "a",
    "00000000-0000-4000-8000-000000000000",
    "2000-01-01T00:00:00Z",
    "2000-01-01",
    "2000-01-01T00:00:00",
    "00:00:00",
    "http://a.example/",
    "a@a.example",
    "127.0.0.1",
    "::1",
    "127.0.0.1:80",
    "1",
    "true",
    "1.5",
    "en",
    "EUR",
    "aa",
    "1s",
    "PT1S",
    "1.0.0",
    "UTC",
    "",
];

const INTEGERS: [u64; 7] = [1, 10, 100, 0, 1000, 2000, 1_000_000_000];
const NUMBERS: [f64; 6] = [1.0, 0.5, 0.0, 10.0, 100.0, -1.0];

/// More values than these are never asked of one place.
const MANY: [usize; 4] = [0, 1, 2, 3];

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
        let refused = known.refused.get(&taste).copied().unwrap_or_default();
        let offer = match (hint, known.slots[slot.0].wanted) {
            // Its own text, so that a complaint about it tells which stand-in is meant.
            (Hint::Any, None) if refused == 0 => Some(Offer::Text(format!("a{}", slot.0).into())),
            (Hint::Any, None) => any_candidate(refused - 1),
            (Hint::Any, Some(wanted)) => wanted_candidate(wanted, refused),
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
        // A sibling's value was refused: it is made up from now on.
        if known.slots[slot.0].donor.take().is_some() {
            return;
        }
        match known.last_given.take() {
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
        self.tree.kind(object) == Kind::Object && self.known.borrow_mut().deferred.insert(id)
    }

    fn is_droppable_from(&self, id: NodeId) -> bool {
        let is_list = matches!(self.tree.kind(id), Kind::Array | Kind::Texts);
        is_list && !self.known.borrow().tuples.contains(&id)
    }
}

fn candidate(hint: Hint, number: usize) -> Option<Offer<'static>> {
    let text = |number: usize| TEXTS.get(number).map(|text| Offer::Text(Cow::Borrowed(*text)));
    match hint {
        Hint::Any => any_candidate(number),
        Hint::Bool => [false, true].get(number).map(|value| Offer::Bool(*value)),
        Hint::Integer(_) => INTEGERS.get(number).map(|value| Offer::Unsigned(*value)),
        Hint::Float => NUMBERS.get(number).map(|value| Offer::Float(*value)),
        Hint::Char | Hint::Text | Hint::Bytes => text(number),
        Hint::Unit => (number == 0).then_some(Offer::Unit),
        Hint::Array => MANY.get(number).map(|count| Offer::Array(*count)),
        Hint::Tuple(count) => (number < 32).then_some(Offer::Array(count)),
        Hint::Object => (number < 32).then_some(Offer::Object),
        Hint::Enum(count) => (number < count.max(1)).then_some(Offer::Variant(number)),
    }
}

/// A stand-in where the type says nothing before it looks.
fn any_candidate(number: usize) -> Option<Offer<'static>> {
    match number {
        0 => Some(Offer::Text(Cow::Borrowed("a"))),
        1 => Some(Offer::Unsigned(1)),
        2 => Some(Offer::Object),
        3 => Some(Offer::Array(0)),
        4 => Some(Offer::Bool(true)),
        5 => Some(Offer::Unit),
        6 => Some(Offer::Float(1.5)),
        _ => TEXTS.get(number - 6).map(|text| Offer::Text(Cow::Borrowed(*text))),
    }
}

fn wanted_candidate(wanted: Wanted, number: usize) -> Option<Offer<'static>> {
    match wanted {
        Wanted::Null => candidate(Hint::Unit, number),
        Wanted::Bool => candidate(Hint::Bool, number),
        Wanted::Integer(_) => candidate(Hint::Integer(None), number),
        Wanted::Number => candidate(Hint::Float, number),
        Wanted::Character | Wanted::Text => candidate(Hint::Text, number),
        Wanted::Array => candidate(Hint::Array, number),
        Wanted::Object => candidate(Hint::Object, number),
        Wanted::Name(names) => names.get(number).map(|name| Offer::Text(Cow::Borrowed(name))),
        Wanted::Other => any_candidate(number),
    }
}
