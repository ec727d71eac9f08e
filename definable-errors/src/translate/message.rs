//! One text that can be translated.

use std::borrow::Cow;

use serde_json::Value;

use super::sentences;
use crate::problem::{DetailOrigin, DetailSource, Problem, ProblemType, Violation};

/// One text of a problem that a [`Translate`](super::Translate) may translate.
///
/// Everything in it is public: it is sent to the client anyway.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    kind: MessageKind,
    code: &'a str,
    form: Option<&'static str>,
    text: &'a str,
    params: Vec<(&'a str, Cow<'a, Value>)>,
}

/// What a [`Message`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageKind {
    /// The title of a problem type.
    Title,
    /// The detail of a problem, which its code, its form and its params determine.
    Detail,
    /// The detail of a violation, which its code, its form and its params determine.
    Violation,
    /// A detail that the service wrote itself, such as that of
    /// `ApiError::conflict("The parcel has already left.")`. It may contain values that nothing but
    /// the text has, so only the text identifies it.
    Text,
}

impl<'a> Message<'a> {
    pub(super) const fn title(problem_type: &'a ProblemType) -> Self {
        Self {
            kind: MessageKind::Title,
            code: problem_type.code(),
            form: None,
            text: problem_type.title(),
            params: Vec::new(),
        }
    }

    /// Returns the message of a problem's detail, or `None` for one with a value that no translation
    /// can contain.
    pub(super) fn detail(problem: &'a Problem) -> Option<Self> {
        let (code, text) = (problem.code(), problem.detail());
        let params = problem.members().iter().map(|(name, value)| (name, Cow::Borrowed(value)));
        let wait = problem.retry_after_seconds().map(|wait| ("retry_after", owned(wait)));
        let message = Self {
            kind: MessageKind::Detail,
            code,
            form: None,
            text,
            params: params.chain(wait).collect(),
        };
        let problem_type = problem.problem_type();
        if text == problem_type.detail() {
            return Some(message);
        }
        match (problem.detail_origin(), problem_type.detail_source()) {
            (DetailOrigin::Derived, DetailSource::Members) => return Some(message),
            (DetailOrigin::Derived, DetailSource::Fields(_) | DetailSource::Display) => {
                return None;
            }
            _ => {}
        }
        Some(match sentences::detail(code, text) {
            Some(found) => message.with(found.form, found.values),
            None => Self { kind: MessageKind::Text, ..message },
        })
    }

    pub(super) fn violation(violation: &'a Violation) -> Self {
        let (code, text, params) = (violation.code(), violation.detail(), violation.params());
        let message = Self {
            kind: MessageKind::Violation,
            code,
            form: None,
            text,
            params: params.iter().map(|(name, value)| (name, Cow::Borrowed(value))).collect(),
        };
        match sentences::violation(code, text, params) {
            Some(found) => message.with(found.form, found.values),
            None if sentences::is_violation(code) => Self { kind: MessageKind::Text, ..message },
            None => message,
        }
    }

    /// Creates a message with example values.
    pub(super) fn example(
        kind: MessageKind,
        code: &'static str,
        form: Option<&'static str>,
        text: &'static str,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        let message = Self { kind, code, form: None, text, params: Vec::new() };
        message.with(form, values)
    }

    fn with(
        mut self,
        form: Option<&'static str>,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        for (name, value) in values {
            if self.param(name).is_none() {
                self.params.push((name, Cow::Owned(value)));
            }
        }
        Self { form, ..self }
    }

    /// Returns what the message is.
    pub const fn kind(&self) -> MessageKind {
        self.kind
    }

    /// Returns the code of the problem, or of the violation.
    pub const fn code(&self) -> &'a str {
        self.code
    }

    /// Returns which of several sentences of the code it is, such as `characters_at_most` of the
    /// violation `length`; the [module](crate::translate) lists them.
    pub const fn form(&self) -> Option<&'static str> {
        self.form
    }

    /// Returns the text in the language in which the service writes its texts.
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Returns the value of the param `name`.
    pub fn param(&self, name: &str) -> Option<&Value> {
        self.params().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Iterates over the values that a translation may contain: the params of a violation; for a
    /// detail, the members of the problem, its wait as `retry_after` in seconds, and the values of
    /// its form. A title has none.
    pub fn params(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.params.iter().map(|(name, value)| (*name, &**value))
    }
}

fn owned<'a>(value: impl Into<Value>) -> Cow<'a, Value> {
    Cow::Owned(value.into())
}
