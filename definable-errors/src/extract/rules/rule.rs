use std::borrow::Cow;

use serde_json::{Map, Value};

use super::bounds::Bounds;
use super::length::Length;

/// A rule as clients are told of it, wherever it was broken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    pub(super) code: Cow<'static, str>,
    pub(super) detail: Cow<'static, str>,
    pub(super) params: Map<String, Value>,
}

impl Rule {
    pub(super) fn new(
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { code: code.into(), detail: detail.into(), params: Map::new() }
    }

    const fn fixed(code: &'static str, detail: &'static str) -> Self {
        let (code, detail) = (Cow::Borrowed(code), Cow::Borrowed(detail));
        Self { code, detail, params: Map::new() }
    }

    pub(super) const REQUIRED: Self = Self::fixed("required", "is required");
    pub(super) const EMAIL: Self = Self::fixed("email", "must be an email address");
    pub(super) const URL: Self = Self::fixed("url", "must be a URL");
    pub(super) const PATTERN: Self = Self::fixed("pattern", "must have the right form");
    pub(super) const DUPLICATE: Self = Self::fixed("duplicate", "must be unique");

    pub(super) fn range(bounds: Bounds) -> Self {
        let detail = bounds.detail().into();
        Self { code: Cow::Borrowed("range"), detail, params: bounds.params }
    }

    pub(super) fn length(length: Length) -> Self {
        let detail = length.detail().into();
        Self { code: Cow::Borrowed("length"), detail, params: length.params() }
    }

    pub(super) fn one_of(expected: Vec<Value>) -> Self {
        let words: Vec<_> = expected.iter().map(Value::to_string).collect();
        let rule = Self::new("one_of", format!("must be one of {}", words.join(", ")));
        rule.with_param("expected", expected)
    }

    pub(super) fn with_param(
        mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }
}
