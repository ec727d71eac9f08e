//! What a scalar of the input is to a type that asks for one.

use std::borrow::Cow;

use super::bounds::Bounds;
use super::cursor::{At, Cursor};
use super::fault::Fault;
use super::hint::Hint;
use super::known::{Target, Taste};
use super::offer::Offer;
use super::origin::Origin;
use super::refusal::Refusal;
use super::session::Session;
use super::stand_in::Slot;
use super::tree::{Kind, NodeId};

impl<'s> Session<'s> {
    /// What to show at a place: what stands there, or a stand-in when it is of the wrong kind.
    pub(super) fn offer(
        &self,
        cursor: Cursor<'s>,
        hint: Hint,
        taste: Taste,
    ) -> Result<Offer<'s>, Refusal> {
        if self.is_exhausted() {
            return Err(Refusal::Noted);
        }
        let judged = match (cursor.at, cursor.owner) {
            (At::Invented, Some(slot)) => return self.stand_in_for(slot, hint, taste),
            (At::Word(word), _) => named(word, hint),
            (At::Key(id), _) => {
                return named(self.tree.key(id), hint).map_err(|fault| {
                    self.blame_and_drop(id, fault);
                    Refusal::Noted
                });
            }
            (At::Label(id), _) => named(self.tree.text(id), hint),
            (At::Part(id, part), _) => self.judge_text(part_of(self.tree.text(id), part), id, hint),
            (At::Node(id), _) => self.judge(id, hint),
            (At::Invented, None) => Err(Fault::Invalid),
        };
        judged.or_else(|fault| {
            let slot = self.blame_cursor(cursor, fault)?;
            self.stand_in_for(slot, hint, taste)
        })
    }

    fn blame_cursor(&self, cursor: Cursor<'_>, fault: Fault) -> Result<Slot, Refusal> {
        match (cursor.owner, cursor.node()) {
            (None, Some(id)) => Ok(self.blame(Target::At(id), fault)),
            (Some(slot), _) => {
                self.show_another(slot);
                Err(Refusal::Noted)
            }
            (None, None) => Err(Refusal::Noted),
        }
    }

    fn judge(&self, id: NodeId, hint: Hint) -> Result<Offer<'s>, Fault> {
        let tree = self.tree;
        match (tree.kind(id), hint) {
            (Kind::Text, _) => self.judge_text(tree.text(id), id, hint),
            (Kind::Texts, _) => match (tree.first_child(id), tree.node(id).last.0 - id.0) {
                (Some(only), 1) => self.judge_text(tree.text(only), id, hint),
                _ => Err(Fault::Duplicate),
            },
            (Kind::Null, Hint::Any | Hint::Unit) => Ok(Offer::Unit),
            (Kind::True, Hint::Any | Hint::Bool) => Ok(Offer::Bool(true)),
            (Kind::False, Hint::Any | Hint::Bool) => Ok(Offer::Bool(false)),
            (Kind::Number, Hint::Any | Hint::Float | Hint::Integer(None)) => number(tree.raw(id)),
            (Kind::Number, Hint::Integer(Some(bounds))) => integer(tree.raw(id), bounds),
            (Kind::String, Hint::Any | Hint::Text) => Ok(Offer::Text(tree.text(id))),
            (Kind::String, Hint::Char) => character(tree.text(id)),
            (Kind::String, Hint::Bytes) => Ok(Offer::Bytes(tree.text(id))),
            _ => Err(hint.fault()),
        }
    }

    /// A text, or what it was found to be shown as where serde puts it aside.
    fn judge_text(&self, text: Cow<'s, str>, id: NodeId, hint: Hint) -> Result<Offer<'s>, Fault> {
        let reading = self.reading(id).filter(|_| hint == Hint::Any);
        match reading.and_then(|reading| self.read_text(&text, reading)) {
            Some(offer) => Ok(offer),
            None => typed_text(text, hint, self.is_form()),
        }
    }

    fn is_form(&self) -> bool {
        matches!(self.tree.origin, Origin::Form | Origin::Query)
    }
}

/// Any JSON number, as `serde_json` shows it.
fn number<'t>(text: &str) -> Result<Offer<'t>, Fault> {
    if let Ok(value) = text.parse() {
        return Ok(Offer::Unsigned(value));
    }
    if let (Ok(value), false) = (text.parse(), text == "-0") {
        return Ok(Offer::Signed(value));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Offer::Float(value)),
        _ => Err(Fault::Range(None)),
    }
}

/// A JSON number for an integer of the language. To `serde_json` `-0` is a float, except where it
/// reads 128 bits.
fn integer<'t>(text: &str, bounds: Bounds) -> Result<Offer<'t>, Fault> {
    let is_float = text == "-0" && bounds.min != i128::MIN;
    let is_integer = !is_float && !text.contains(['.', 'e', 'E']);
    match is_integer {
        true => bounded(text, bounds),
        false => Err(Fault::Type("integer")),
    }
}

/// The text of an integer.
fn bounded<'t>(text: &str, bounds: Bounds) -> Result<Offer<'t>, Fault> {
    if let (Ok(value), true) = (text.parse::<u128>(), bounds.is_u128()) {
        return Ok(Offer::BigUnsigned(value));
    }
    let Some(value) = text.parse::<i128>().ok().filter(|value| bounds.contain(*value)) else {
        return Err(Fault::Range(Some(bounds)));
    };
    Ok(match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => Offer::Unsigned(value),
        (_, Ok(value)) => Offer::Signed(value),
        _ => Offer::Big(value),
    })
}

fn character(text: Cow<'_, str>) -> Result<Offer<'_>, Fault> {
    match text.chars().count() {
        1 => Ok(Offer::Text(text)),
        _ => Err(Fault::Type("character")),
    }
}

/// A name: of a member, a field, a variant. Keys of maps may be numbers.
fn named<'t>(name: impl Into<Cow<'t, str>>, hint: Hint) -> Result<Offer<'t>, Fault> {
    let name = name.into();
    match hint {
        Hint::Bool | Hint::Integer(_) | Hint::Float => typed_text(name, hint, false),
        _ => Ok(Offer::Text(name)),
    }
}

/// Text that a type reads as what it asks for, by `FromStr` as forms and paths do.
pub(super) fn typed_text(
    text: Cow<'_, str>,
    hint: Hint,
    is_form: bool,
) -> Result<Offer<'_>, Fault> {
    match hint {
        Hint::Bool => match &*text {
            "true" => Ok(Offer::Bool(true)),
            "on" if is_form => Ok(Offer::Bool(true)),
            "false" => Ok(Offer::Bool(false)),
            _ => Err(hint.fault()),
        },
        Hint::Integer(bounds) => text_integer(&text, bounds),
        Hint::Float => text.parse().map(Offer::Float).map_err(|_| hint.fault()),
        Hint::Char => character(text),
        Hint::Unit | Hint::Array | Hint::Tuple(_) | Hint::Object => Err(hint.fault()),
        Hint::Any | Hint::Text | Hint::Bytes | Hint::Enum(_) => Ok(Offer::Text(text)),
    }
}

fn text_integer<'t>(text: &str, bounds: Option<Bounds>) -> Result<Offer<'t>, Fault> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match (is_integer, bounds) {
        (false, _) => Err(Fault::Type("integer")),
        // `FromStr` of an unsigned type refuses the sign, even that of `-0`.
        (true, Some(bounds)) if bounds.min >= 0 && text.starts_with('-') => {
            Err(Fault::Range(Some(bounds)))
        }
        (true, Some(bounds)) => bounded(text, bounds),
        (true, None) => number(text.strip_prefix('+').unwrap_or(text)),
    }
}

fn part_of(text: Cow<'_, str>, (start, end): (u32, u32)) -> Cow<'_, str> {
    let (start, end) = (start as usize, end as usize);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    }
}
