use std::borrow::Cow;
use std::ops::{Bound, RangeBounds};

use itoa::Buffer;
use serde_json::Value;

use crate::problem::Params;

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
}
