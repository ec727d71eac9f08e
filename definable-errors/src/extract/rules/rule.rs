//! The built-in rules, and the words for their bounds.

use std::borrow::Cow;
use std::ops::{Bound, RangeBounds};

use itoa::Buffer;
use serde_json::Value;

use crate::problem::{Params, Place, Violation};

/// A rule as it is reported to clients, independent of its place.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) struct Rule {
    pub(in crate::extract) code: Cow<'static, str>,
    pub(in crate::extract) detail: Cow<'static, str>,
    pub(in crate::extract) params: Params,
    /// Whether it compares its field with other fields of the same value.
    pub(super) depends_on_siblings: bool,
}

impl Rule {
    pub(in crate::extract) fn new(
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
            params: Params::EMPTY,
            depends_on_siblings: false,
        }
    }

    /// Makes the rule of a report without a code.
    pub(super) fn invalid() -> Self {
        Self::new("invalid", "is not valid")
    }

    pub(in crate::extract) fn required() -> Self {
        Self::new("required", "is required")
    }

    pub(in crate::extract) fn email() -> Self {
        Self::new("email", "must be an email address")
    }

    pub(in crate::extract) fn url() -> Self {
        Self::new("url", "must be a URL")
    }

    pub(in crate::extract) fn pattern() -> Self {
        Self::new("pattern", "must have the right form")
    }

    pub(in crate::extract) fn duplicate() -> Self {
        Self::new("duplicate", "must be unique")
    }

    pub(in crate::extract) fn range(bounds: Bounds) -> Self {
        let detail = bounds.detail();
        Self { params: bounds.params, ..Self::new("range", detail) }
    }

    pub(super) fn length(length: Length) -> Self {
        let detail = length.detail();
        Self { params: length.params(), ..Self::new("length", detail) }
    }

    pub(in crate::extract) fn one_of(expected: Vec<Value>) -> Self {
        let words: Vec<_> = expected.iter().map(Value::to_string).collect();
        let rule = Self::new("one_of", format!("must be one of {}", words.join(", ")));
        rule.with_param("expected", expected)
    }

    /// Makes the rule of two fields that must be equal.
    #[cfg(any(feature = "validator", feature = "garde"))]
    pub(super) fn matching(code: &'static str) -> Self {
        Self::new(code, "must match the other field").depending_on_siblings()
    }

    #[cfg(any(feature = "validator", feature = "garde"))]
    pub(super) const fn depending_on_siblings(mut self) -> Self {
        self.depends_on_siblings = true;
        self
    }

    pub(in crate::extract) fn with_param(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Self {
        self.params.insert(name, value);
        self
    }

    pub(in crate::extract) fn at(self, place: Place) -> Violation {
        Violation::new(place, self.code, self.detail).with_params(self.params)
    }
}

/// The bounds of a number, as params.
pub(in crate::extract) struct Bounds {
    pub(in crate::extract) params: Params,
}

impl Bounds {
    pub(in crate::extract) fn of<N: Clone + Into<Value>>(range: &impl RangeBounds<N>) -> Self {
        Self::with(range, |bound| bound.clone().into())
    }

    /// Makes the bounds with a function that converts them into params.
    pub(super) fn with<N>(range: &impl RangeBounds<N>, param: impl Fn(&N) -> Value) -> Self {
        let mut params = Params::EMPTY;
        match range.start_bound() {
            Bound::Included(min) => params.insert("min", param(min)),
            Bound::Excluded(min) => params.insert("exclusive_min", param(min)),
            Bound::Unbounded => {}
        }
        match range.end_bound() {
            Bound::Included(max) => params.insert("max", param(max)),
            Bound::Excluded(max) => params.insert("exclusive_max", param(max)),
            Bound::Unbounded => {}
        }
        Self { params }
    }

    /// Returns the detail: what must hold, for people.
    pub(in crate::extract) fn detail(&self) -> String {
        let (mut first, mut last) = (Buffer::new(), Buffer::new());
        if let (Some(min), Some(max)) = (self.params.get("min"), self.params.get("max")) {
            let (min, max) = (text(min, &mut first), text(max, &mut last));
            return ["must be between ", &min, " and ", &max].concat();
        }
        let lower = self.first(&[("min", "at least "), ("exclusive_min", "greater than ")]);
        let upper = self.first(&[("max", "at most "), ("exclusive_max", "less than ")]);
        match (lower, upper) {
            (Some((lower, min)), Some((upper, max))) => {
                let (min, max) = (text(min, &mut first), text(max, &mut last));
                ["must be ", lower, &min, " and ", upper, &max].concat()
            }
            (Some((how, bound)), None) | (None, Some((how, bound))) => {
                ["must be ", how, &text(bound, &mut first)].concat()
            }
            (None, None) => String::from("is out of range"),
        }
    }

    /// Returns the first of `names` that is present, with its words.
    fn first<'w>(&self, names: &[(&str, &'w str)]) -> Option<(&'w str, &Value)> {
        names.iter().find_map(|(name, words)| Some((*words, self.params.get(name)?)))
    }
}

/// Writes a bound. Whole numbers are by far the most frequent, and need no `fmt`.
fn text<'b>(bound: &'b Value, digits: &'b mut Buffer) -> Cow<'b, str> {
    match (bound.as_i64(), bound) {
        (Some(number), _) => Cow::Borrowed(digits.format(number)),
        (None, Value::String(text)) => Cow::Borrowed(text),
        (None, other) => Cow::Owned(other.to_string()),
    }
}

/// The allowed length of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// `None` is the same as zero.
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pub(super) equal: Option<u64>,
    pub(super) of: Counted,
}

/// The unit that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Characters,
    Items,
    /// The unit of a rule that does not specify one.
    #[cfg(any(feature = "validator", feature = "garde"))]
    Something,
}

impl Length {
    pub(super) fn new(of: Counted, range: &impl RangeBounds<usize>) -> Self {
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        let min = match range.start_bound() {
            Bound::Included(min) => Some(count(*min)),
            Bound::Excluded(below) => Some(count(*below).saturating_add(1)),
            Bound::Unbounded => None,
        };
        let max = match range.end_bound() {
            Bound::Included(max) => Some(count(*max)),
            Bound::Excluded(above) => Some(count(*above).saturating_sub(1)),
            Bound::Unbounded => None,
        };
        Self { min: min.filter(|min| *min > 0), max, equal: None, of }
    }

    pub(super) fn params(self) -> Params {
        let mut params = Params::EMPTY;
        for (name, value) in [("min", self.min), ("max", self.max), ("equal", self.equal)] {
            if let Some(value) = value {
                params.insert(name, value);
            }
        }
        params
    }

    /// Returns the detail: what must hold, for people.
    pub(super) fn detail(self) -> String {
        let exact = self.equal.or(self.min.filter(|min| self.max == Some(*min)));
        match (exact, self.min, self.max) {
            (Some(exact), ..) => self.of.sentence("exactly ", None, exact),
            (None, Some(min), Some(max)) => self.of.sentence("", Some(min), max),
            (None, Some(min), None) => self.of.sentence("at least ", None, min),
            (None, None, Some(max)) => self.of.sentence("at most ", None, max),
            (None, None, None) => String::from("has the wrong length"),
        }
    }
}

impl Counted {
    fn sentence(self, how: &str, from: Option<u64>, many: u64) -> String {
        let (mut first, mut last) = (Buffer::new(), Buffer::new());
        let (from, to) = match from {
            Some(from) => (first.format(from), " to "),
            None => ("", ""),
        };
        let (before, after) = match (self, many) {
            (Self::Characters, 1) => ("must be ", " character long"),
            (Self::Characters, _) => ("must be ", " characters long"),
            (Self::Items, 1) => ("must have ", " item"),
            (Self::Items, _) => ("must have ", " items"),
            #[cfg(any(feature = "validator", feature = "garde"))]
            (Self::Something, _) => ("must have a length of ", ""),
        };
        [before, how, from, to, last.format(many), after].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_in_the_detail_is_a_param() {
        let described = |bounds: Bounds| {
            format!("{} {}", bounds.detail(), serde_json::to_string(&bounds.params).unwrap())
        };
        let cases = [
            (described(Bounds::of(&(1..=10))), r#"must be between 1 and 10 {"min":1,"max":10}"#),
            (described(Bounds::of(&(1..))), r#"must be at least 1 {"min":1}"#),
            (described(Bounds::of(&(..=1.5))), r#"must be at most 1.5 {"max":1.5}"#),
            (described(Bounds::of(&(..10))), r#"must be less than 10 {"exclusive_max":10}"#),
            (
                described(Bounds::of(&(-5..10))),
                r#"must be at least -5 and less than 10 {"min":-5,"exclusive_max":10}"#,
            ),
            (
                described(Bounds::of(&(Bound::Excluded(0), Bound::Unbounded))),
                r#"must be greater than 0 {"exclusive_min":0}"#,
            ),
            (described(Bounds::of::<u8>(&(..))), "is out of range {}"),
        ];
        for (found, expected) in cases {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn every_number_in_the_detail_of_a_length_is_a_param() {
        let described = |length: Length| {
            format!("{} {}", length.detail(), serde_json::to_string(&length.params()).unwrap())
        };
        let characters = |min, max| Length { min, max, equal: None, of: Counted::Characters };
        let cases = [
            (
                characters(Some(1), Some(80)),
                r#"must be 1 to 80 characters long {"min":1,"max":80}"#,
            ),
            (characters(Some(1), None), r#"must be at least 1 character long {"min":1}"#),
            (characters(None, Some(80)), r#"must be at most 80 characters long {"max":80}"#),
            (
                characters(Some(5), Some(5)),
                r#"must be exactly 5 characters long {"min":5,"max":5}"#,
            ),
            (characters(None, None), "has the wrong length {}"),
            (Length::new(Counted::Items, &(0..=10)), r#"must have at most 10 items {"max":10}"#),
            (Length::new(Counted::Items, &(1..2)), r#"must have exactly 1 item {"min":1,"max":1}"#),
            (Length::new(Counted::Items, &(1..)), r#"must have at least 1 item {"min":1}"#),
        ];
        for (length, expected) in cases {
            assert_eq!(described(length), expected);
        }
    }
}
