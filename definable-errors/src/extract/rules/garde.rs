//! Rules that are derived by `garde`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Deref, DerefMut};

use garde::error::Kind;
use garde::i18n::{InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind};
use garde::{I18n, Path};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::rule::{Bounds, Counted, Length, Rule};
use super::violation_builder::{RuleStep, Steps};
use super::{Rules, ViolationBuilder, Violations};
use crate::problem::Params;

/// A value whose rules `garde` derives.
///
/// Clients do not see the wrapper: it is serialized and deserialized as the inner value. It exists
/// because no type may have its rules from two crates at once, and `validator` needs no such
/// wrapper.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{Garde, Json, Valid};
///
/// #[derive(serde::Deserialize, garde::Validate)]
/// struct Order {
///     #[garde(range(min = 1, max = 10))]
///     qty: u32,
/// }
///
/// async fn create(Valid(Json(Garde(order))): Valid<Json<Garde<Order>>>) -> String {
///     order.qty.to_string()
/// }
///
/// let app: Router = Router::new().route("/orders", post(create));
/// ```
///
/// For a single type, a line or two replace the wrapper, and let you add rules of your own:
///
/// ```
/// use definable_errors::extract::{Rules, Violations};
/// # #[derive(garde::Validate)] struct Order { #[garde(range(min = 1, max = 10))] qty: u32 }
///
/// impl Rules for Order {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.check_garde(self, &());
///     }
/// }
/// ```
///
/// A rule that garde provides becomes a code with params. A custom one has only a message: its code
/// is `invalid`, and clients read the message, so never put the value in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Garde<T>(pub T);

impl<T: garde::Validate<Context = ()>> Rules for Garde<T> {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.check_garde(&self.0, &());
    }
}

impl<'c, T, C> Rules<&'c C> for Garde<T>
where
    T: garde::Validate<Context = C>,
{
    fn check(&self, context: &'c C, violations: &mut Violations<'_, &'c C>) {
        violations.check_garde(&self.0, context);
    }
}

impl<C: Copy> Violations<'_, C> {
    /// Checks a value at this place against the rules that it derives from `garde`.
    pub fn check_garde<T: garde::Validate>(&mut self, value: &T, context: &T::Context) {
        let notes = GardeNotes::default();
        let Err(report) = garde::with_i18n(&notes, || value.validate_with(context)) else {
            return;
        };
        for (path, error) in report.into_inner() {
            let path = Steps::Many(joined(self.steps(), steps(&path)));
            self.list.push(ViolationBuilder { path, rule: notes.rule(error.message()) });
        }
    }
}

/// Reuses the inner steps if there are no outer ones, which is the most frequent case.
fn joined(
    mut outer: Vec<RuleStep<'static>>,
    inner: Vec<RuleStep<'static>>,
) -> Vec<RuleStep<'static>> {
    if outer.is_empty() {
        return inner;
    }
    outer.extend(inner);
    outer
}

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

impl<T: Serialize> Serialize for Garde<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Garde<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T> Deref for Garde<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Garde<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Garde<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
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
