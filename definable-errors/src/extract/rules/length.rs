use std::ops::{Bound, RangeBounds};

use crate::problem::Params;

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
        let (mut first, mut last) = (itoa::Buffer::new(), itoa::Buffer::new());
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
