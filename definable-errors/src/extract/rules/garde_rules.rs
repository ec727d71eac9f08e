//! The rules that `garde` found broken, with codes and params in place of its sentences.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;

use garde::error::Kind;
use garde::i18n::{InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind};
use garde::{I18n, Path};
use serde_json::Value;

use super::rule::{Bounds, Counted, Length, Rule};
use super::violation_builder::RuleStep;
use crate::problem::Params;

/// Returns the rules that a value breaks by its derived rules, and the steps to each.
pub(super) fn broken_rules<T: garde::Validate>(
    value: &T,
    context: &T::Context,
) -> Vec<(Vec<RuleStep<'static>>, Rule)> {
    let notes = GardeNotes::default();
    let Err(report) = garde::with_i18n(&notes, || value.validate_with(context)) else {
        return Vec::new();
    };
    let broken = report.into_inner().into_iter();
    broken.map(|(path, error)| (steps(&path), notes.rule(error.message()))).collect()
}

/// Reuses the inner steps if there are no outer ones, which is the most frequent case.
/// Returns the steps from the outside in, without those that have no name. Only `__iter`
/// distinguishes an index from a name.
fn steps(path: &Path) -> Vec<RuleStep<'static>> {
    let steps = path.__iter().rev().filter_map(|(kind, name)| match kind {
        Kind::None => None,
        Kind::Key => Some(RuleStep::Field(name.as_str().to_owned().into())),
        Kind::Index => Some(match name.parse() {
            Ok(index) => RuleStep::Index(index),
            Err(_) => RuleStep::Key(name.as_str().to_owned().into()),
        }),
    });
    steps.collect()
}

/// The messages of garde's rules, with their codes and params.
///
/// garde stores only one sentence per broken rule, and calls this type for its text. So the text is
/// a mark that refers to the complete rule.
#[derive(Default)]
struct GardeNotes(RefCell<Vec<Rule>>);

impl GardeNotes {
    /// More than an answer contains: those beyond are only counted.
    const MOST: usize = 4_096;

    /// No message that a person wrote contains this character.
    const MARK: &str = "\u{1}";

    /// Returns the rule of a message: a noted one, or a custom rule with the message as its detail.
    pub(super) fn rule(&self, message: &str) -> Rule {
        let notes = self.0.borrow();
        if let Some(note) = Self::marked(message).and_then(|index| notes.get(index)) {
            return note.clone();
        }
        let mut detail = message.to_owned();
        if detail.contains(Self::MARK) {
            for (index, note) in notes.iter().enumerate() {
                detail = detail.replace(&Self::mark(index), &note.detail);
            }
        }
        // Its author may have compared the value with anything.
        Rule::new("invalid", detail).depending_on_siblings()
    }

    fn mark(index: usize) -> String {
        let mut digits = itoa::Buffer::new();
        [Self::MARK, digits.format(index), Self::MARK].concat()
    }

    fn marked(message: &str) -> Option<usize> {
        message.strip_prefix(Self::MARK)?.strip_suffix(Self::MARK)?.parse().ok()
    }

    fn note(&self, rule: Rule) -> Cow<'static, str> {
        let mut notes = self.0.borrow_mut();
        if notes.len() > Self::MOST {
            return Cow::Borrowed("is not valid");
        }
        notes.push(rule);
        Cow::Owned(Self::mark(notes.len() - 1))
    }

    fn bound(&self, name: &'static str, bound: &dyn Display) -> Cow<'static, str> {
        let mut params = Params::EMPTY;
        params.insert(name, number(bound.to_string()));
        self.note(Rule::range(Bounds { params }))
    }

    fn length(&self, min: Option<usize>, max: Option<usize>) -> Cow<'static, str> {
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        let (min, max) = (min.map(count), max.map(count));
        self.note(Rule::length(Length { min, max, equal: None, of: Counted::Something }))
    }

    fn needle(&self, code: &'static str, how: &str, needle: &dyn Display) -> Cow<'static, str> {
        let needle = Value::from(needle.to_string());
        self.note(Rule::new(code, format!("must {how} {needle}")).with_param("needle", needle))
    }
}

/// Parses a number that garde has as text; one that JSON cannot represent stays text.
fn number(text: String) -> Value {
    if let Ok(number) = text.parse::<i64>() {
        return Value::from(number);
    }
    match serde_json::from_str(&text) {
        Ok(Value::Number(number)) => Value::Number(number),
        _ => Value::from(text),
    }
}

impl I18n for GardeNotes {
    fn length_lower_than(&self, min: usize) -> Cow<'static, str> {
        self.length(Some(min), None)
    }

    fn length_greater_than(&self, max: usize) -> Cow<'static, str> {
        self.length(None, Some(max))
    }

    fn range_lower_than(&self, min: &dyn Display) -> Cow<'static, str> {
        self.bound("min", min)
    }

    fn range_greater_than(&self, max: &dyn Display) -> Cow<'static, str> {
        self.bound("max", max)
    }

    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Cow<'static, str> {
        self.note(Rule::new("credit_card", "must be a credit card number"))
    }

    fn pattern_no_match(&self, _: &dyn Display) -> Cow<'static, str> {
        self.note(Rule::pattern())
    }

    fn contains_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        self.needle("contains", "contain", pattern)
    }

    fn url_invalid(&self, _: InvalidUrl) -> Cow<'static, str> {
        self.note(Rule::url())
    }

    fn prefix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        self.needle("prefix", "begin with", pattern)
    }

    fn suffix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        self.needle("suffix", "end with", pattern)
    }

    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Cow<'static, str> {
        self.note(Rule::new("phone_number", "must be a phone number"))
    }

    fn ip_invalid(&self, kind: IpKind) -> Cow<'static, str> {
        self.note(Rule::new("ip", format!("must be an {kind} address")))
    }

    fn matches_field_mismatch(&self, _: &dyn Display) -> Cow<'static, str> {
        self.note(Rule::matching("matches"))
    }

    fn email_invalid(&self, _: InvalidEmail) -> Cow<'static, str> {
        self.note(Rule::email())
    }

    fn ascii_invalid(&self) -> Cow<'static, str> {
        self.note(Rule::new("ascii", "must be ASCII"))
    }

    fn alphanumeric_invalid(&self) -> Cow<'static, str> {
        self.note(Rule::new("alphanumeric", "must consist of letters and digits"))
    }

    fn required_not_set(&self) -> Cow<'static, str> {
        self.note(Rule::required())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_leads_to_its_note() {
        let notes = GardeNotes::default();
        let words = [notes.range_lower_than(&-1.5), notes.length_greater_than(3)];
        let found = words.map(|word| notes.rule(&word));
        assert_eq!(found[0], Rule::new("range", "must be at least -1.5").with_param("min", -1.5));
        assert_eq!(found[1].params["max"], 3);
    }

    #[test]
    fn the_words_of_a_custom_rule_stay() {
        let notes = GardeNotes::default();
        let inner = notes.email_invalid(InvalidEmail::Empty);
        let own = Rule::new("invalid", "must be ours").depending_on_siblings();
        assert_eq!(notes.rule("must be ours"), own);
        let wrapped = notes.rule(&format!("the first: {inner}"));
        assert_eq!(wrapped.detail, "the first: must be an email address");
    }
}
