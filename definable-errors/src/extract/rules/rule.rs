use std::borrow::Cow;

use serde_json::Value;

use super::bounds::Bounds;
use super::length::Length;
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
