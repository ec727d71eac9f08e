//! How a text is shown that serde puts aside.
//!
//! A form, a query, a path and a header have nothing but texts, and each is read as what its type asks
//! for. For `flatten` and for tagged and untagged enums serde puts values aside before a type asks, so
//! a text stays a text, and `u16` refuses it. When a text that was put aside is refused for something
//! that it can be read as, the next pass shows it as that.

use std::collections::{BTreeMap, BTreeSet};

use super::given::Given;
use super::hint::Hint;
use super::judge::typed_text;
use super::offer::Offer;
use super::origin::Origin;
use super::overheard;
use super::refusal::Complaint;
use super::session::Session;
use super::tree::{Kind, NodeId};
use super::wanted::Wanted;

/// What a text that was put aside is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    Integer,
    Number,
    Bool,
    /// All texts of the name, though there may be only one.
    List,
    /// An empty text of an optional number.
    Nothing,
}

/// The texts that are not shown as texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    shown: BTreeMap<NodeId, Reading>,
    tried: BTreeSet<(NodeId, Reading)>,
    /// Those that are refused as texts for sure.
    needed: BTreeSet<NodeId>,
    /// The one that was shown as a text again in this pass.
    taken_back: Option<(NodeId, Reading)>,
}

impl Session<'_> {
    pub(super) fn reading(&self, id: NodeId) -> Option<Reading> {
        let known = self.known.borrow();
        if known.readings.shown.is_empty() {
            return None;
        }
        known.readings.shown.get(&id).copied()
    }

    /// The text as it is to be shown.
    pub(super) fn read_text(&self, text: &str, reading: Reading) -> Option<Offer<'static>> {
        let is_form = matches!(self.tree.origin, Origin::Form | Origin::Query);
        let hint = match reading {
            Reading::Integer => Hint::Integer(None),
            Reading::Number => Hint::Float,
            Reading::Bool => Hint::Bool,
            Reading::List => return None,
            Reading::Nothing => return (is_form && text.is_empty()).then_some(Offer::Unit),
        };
        match typed_text(text.into(), hint, is_form) {
            Ok(Offer::Unsigned(number)) => Some(Offer::Unsigned(number)),
            Ok(Offer::Signed(number)) => Some(Offer::Signed(number)),
            Ok(Offer::Float(number)) => Some(Offer::Float(number)),
            Ok(Offer::Bool(value)) => Some(Offer::Bool(value)),
            _ => None,
        }
    }

    /// Whether the complaint is about how texts were shown that were put aside; the next pass shows
    /// them otherwise.
    pub(super) fn rereads(&self, complaint: &Complaint) -> bool {
        if self.tree.origin == Origin::Body || self.known.borrow().buffered.is_empty() {
            return false;
        }
        let is_reread = match complaint {
            Complaint::Value { given, wanted } => self.reread(given, *wanted),
            Complaint::NoVariant => overheard::all().iter().any(|heard| match heard {
                Complaint::Value { given, wanted } => self.reread(given, *wanted),
                _ => false,
            }),
            _ => false,
        };
        is_reread
    }

    fn reread(&self, given: &Given, wanted: Wanted) -> bool {
        match given {
            Given::Text(text) => {
                self.readings_for(text, wanted).into_iter().any(|reading| self.show(text, reading))
            }
            _ => self.take_back(given, wanted),
        }
    }

    /// What the text can be shown as where that is wanted, the likeliest first.
    fn readings_for(&self, text: &str, wanted: Wanted) -> Vec<Reading> {
        let numbers = [Reading::Integer, Reading::Number, Reading::Bool];
        let mut readings = match wanted {
            Wanted::Integer(_) => vec![Reading::Integer],
            Wanted::Number => vec![Reading::Number],
            Wanted::Bool => vec![Reading::Bool],
            Wanted::Array => vec![Reading::List],
            Wanted::Null => vec![Reading::Nothing],
            Wanted::Other => numbers.to_vec(),
            _ => Vec::new(),
        };
        if numbers.iter().any(|number| readings.contains(number)) {
            readings.push(Reading::Nothing);
        }
        let is_readable = |reading: &Reading| {
            *reading == Reading::List || self.read_text(text, *reading).is_some()
        };
        readings.retain(is_readable);
        readings
    }

    /// Shows all texts like this one so, as far as that was not tried; else the one that was taken
    /// back last.
    fn show(&self, text: &str, reading: Reading) -> bool {
        let is_in_line = |own: &str| {
            let is_header = self.tree.origin == Origin::Header;
            is_header && own.split(',').any(|part| part.trim() == text)
        };
        let is_like = |id: &NodeId| match self.only_text(*id) {
            Some(own) => own == text || is_in_line(&own),
            None => false,
        };
        let buffered = self.known.borrow().buffered.clone();
        let like: Vec<_> = buffered.into_iter().filter(is_like).collect();
        let readings = &mut self.known.borrow_mut().readings;
        let mut is_new = false;
        for id in like {
            if !readings.shown.contains_key(&id) && readings.tried.insert((id, reading)) {
                readings.shown.insert(id, reading);
                is_new = true;
            }
        }
        if is_new {
            return true;
        }
        match readings.taken_back.take() {
            Some((id, old)) if old == reading => {
                readings.shown.insert(id, old);
                readings.needed.insert(id);
                true
            }
            _ => false,
        }
    }

    /// Shows one of those that are shown like that as a text again.
    fn take_back(&self, given: &Given, wanted: Wanted) -> bool {
        let is_number = matches!(given, Given::Unsigned(_) | Given::Signed(_) | Given::Float(_));
        if is_number && matches!(wanted, Wanted::Integer(_) | Wanted::Number) {
            return false;
        }
        let is_shown = |(id, reading): &(NodeId, Reading)| match reading {
            Reading::List => *given == Given::Array,
            _ => self.only_text(*id).is_some_and(|text| {
                self.read_text(&text, *reading).is_some_and(|offer| offer.given() == *given)
            }),
        };
        let readings = self.known.borrow().readings.clone();
        let shown = readings.shown.iter().map(|(id, reading)| (*id, *reading)).filter(is_shown);
        let shown: Vec<_> = shown.collect();
        let is_open = |(id, _): &&(NodeId, Reading)| !readings.needed.contains(id);
        let Some((id, reading)) = shown.iter().find(is_open).copied() else {
            return false;
        };
        let readings = &mut self.known.borrow_mut().readings;
        readings.shown.remove(&id);
        // Of several that look alike it may be another that was meant.
        readings.taken_back = (shown.len() > 1).then_some((id, reading));
        true
    }

    /// The only text that stands there, unless something stands in for it.
    fn only_text(&self, id: NodeId) -> Option<std::borrow::Cow<'_, str>> {
        let only = match (self.tree.kind(id), self.tree.first_child(id)) {
            (Kind::Text, _) => id,
            (Kind::Texts, Some(only)) if self.tree.node(only).next.is_none() => only,
            _ => return None,
        };
        self.slot_of(id).is_none().then(|| self.tree.text(only))
    }

    /// Whether all texts of a name are shown as a list where nobody says what is wanted.
    pub(super) fn is_shown_as_list(&self, id: NodeId) -> bool {
        let is_texts = self.tree.kind(id) == Kind::Texts;
        let is_many = || self.tree.children(id).nth(1).is_some();
        is_texts && (is_many() || self.reading(id) == Some(Reading::List))
    }
}
