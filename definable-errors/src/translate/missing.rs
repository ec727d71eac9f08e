//! The check whether a language is complete.

use std::fmt;

use serde_json::{Value, json};

use super::sentences::{DETAILS, Sentence, VIOLATIONS};
use super::{Message, MessageKind, Translate};
use crate::problem::{DetailSource, JsonType, LanguageTag, ProblemType, Types, VALIDATION_FAILED};

/// A text that clients get untranslated, as [`missing_translations`] found it.
///
/// The `Display` output is a line for the message of a failed test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingTranslation {
    kind: MessageKind,
    code: &'static str,
    form: Option<&'static str>,
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    /// The translator returned `None`.
    NotTranslated,
    /// These fields are no members, so the translator cannot have their values.
    Fields(&'static [&'static str]),
    /// The `Display` cannot be read.
    Display,
}

impl MissingTranslation {
    /// Returns what the text is.
    pub const fn kind(&self) -> MessageKind {
        self.kind
    }

    /// Returns the code of the problem type, or of the violation.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns which of several sentences of the code it is.
    pub const fn form(&self) -> Option<&'static str> {
        self.form
    }

    /// Returns the fields of a derived detail that are no members, if they are the reason.
    pub const fn fields(&self) -> &'static [&'static str] {
        match self.reason {
            Reason::Fields(fields) => fields,
            Reason::NotTranslated | Reason::Display => &[],
        }
    }
}

impl fmt::Display for MissingTranslation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            MessageKind::Title => "title",
            MessageKind::Detail | MessageKind::Text => "detail",
            MessageKind::Violation => "violation",
        };
        write!(f, "{kind} of `{}`", self.code)?;
        if let Some(form) = self.form {
            write!(f, ", form `{form}`")?;
        }
        match self.reason {
            Reason::NotTranslated => f.write_str(": not translated"),
            Reason::Fields(fields) => write!(
                f,
                ": keeps its text, because it contains `{}`; mark the field with \
                 `#[api(member)]`, or leave it out of the detail",
                fields.join("`, `")
            ),
            Reason::Display => f.write_str(
                ": keeps its text, because it is not known what its `Display` contains; write \
                 `#[api(detail = \"…\")]`",
            ),
        }
    }
}

/// Returns the texts of these problem types that are not translated into a language, for a test of
/// the service.
///
/// Each title and each detail is translated once with example values; types with several details,
/// such as `malformed_body`, with each of them. If the types include `validation_failed`, the
/// violations of the library are checked as well. Not checked are the codes of violations that a
/// service has invented, and details that it wrote without the derive ([`MessageKind::Text`]).
///
/// A derived detail with a field that is no member is listed too: it is sent as it is, because the
/// translator cannot have the value. The [module](crate::translate) has an example.
pub fn missing_translations(
    types: &Types,
    translator: &dyn Translate,
    language: &LanguageTag,
) -> Vec<MissingTranslation> {
    let mut check = Check { translator, language, missing: Vec::new() };
    let mut known = Vec::new();
    for problem_type in types.iter() {
        if !known.contains(&problem_type.code()) {
            known.push(problem_type.code());
            check.problem_type(problem_type);
        }
    }
    if known.contains(&VALIDATION_FAILED.code()) {
        check.violations();
    }
    check.missing
}

struct Check<'a> {
    translator: &'a dyn Translate,
    language: &'a LanguageTag,
    missing: Vec<MissingTranslation>,
}

impl Check<'_> {
    fn problem_type(&mut self, problem_type: &'static ProblemType) {
        self.message(&Message::title(problem_type), problem_type.code());
        match problem_type.detail_source() {
            // The translation of the title is the detail as well.
            DetailSource::Constant if problem_type.detail() == problem_type.title() => {}
            DetailSource::Constant | DetailSource::Members => {
                let (code, text) = (problem_type.code(), problem_type.detail());
                let values = member_examples(problem_type);
                let message = Message::example(MessageKind::Detail, code, None, text, values);
                self.message(&message, code);
            }
            DetailSource::Fields(fields) => {
                self.detail_stays(problem_type, Reason::Fields(fields));
            }
            DetailSource::Display => self.detail_stays(problem_type, Reason::Display),
        }
        for sentence in forms(DETAILS, Some(problem_type.code())) {
            self.sentence(MessageKind::Detail, sentence, member_examples(problem_type));
        }
    }

    fn detail_stays(&mut self, problem_type: &ProblemType, reason: Reason) {
        let code = problem_type.code();
        self.missing.push(MissingTranslation {
            kind: MessageKind::Detail,
            code,
            form: None,
            reason,
        });
    }

    fn violations(&mut self) {
        for sentence in forms(VIOLATIONS, None) {
            let before = self.missing.len();
            for expected in expected(sentence.code) {
                // One of the expected types represents all of them.
                if self.missing.len() == before {
                    let expected = expected.map(|expected| ("expected", expected));
                    self.sentence(MessageKind::Violation, sentence, expected);
                }
            }
        }
    }

    fn sentence(
        &mut self,
        kind: MessageKind,
        sentence: &'static Sentence,
        more: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        let suggestion = (sentence.form == Some("suggestion")).then_some("suggestion");
        let values = sentence.names().chain(suggestion).map(|name| (name, example_of(name)));
        let values = values.chain(more);
        let text = sentence.example();
        let message = Message::example(kind, sentence.code, sentence.form, text, values);
        self.message(&message, sentence.code);
    }

    fn message(&mut self, message: &Message<'_>, code: &'static str) {
        let text = self.translator.translate(self.language, message);
        if text.is_none_or(|text| text.trim().is_empty()) {
            self.missing.push(MissingTranslation {
                kind: message.kind(),
                code,
                form: message.form(),
                reason: Reason::NotTranslated,
            });
        }
    }
}

/// Iterates over the sentences of a code, or all, one for each form.
fn forms(
    sentences: &'static [Sentence],
    code: Option<&'static str>,
) -> impl Iterator<Item = &'static Sentence> {
    let of_code = sentences.iter().filter(move |it| code.is_none_or(|code| it.code == code));
    let mut last = None;
    of_code.filter(move |it| last.replace((it.code, it.form)) != Some((it.code, it.form)))
}

/// Returns every value that the param `expected` of a violation may have.
fn expected(code: &str) -> Vec<Option<Value>> {
    const TYPES: [&str; 9] = [
        "null",
        "boolean",
        "integer",
        "number",
        "character",
        "string",
        "array",
        "object",
        "entity tags",
    ];
    match code {
        "type" => TYPES.map(|name| Some(name.into())).into(),
        "one_of" => vec![Some(json!(["one", "two"]))],
        _ => vec![None],
    }
}

fn example_of(name: &str) -> Value {
    match name {
        "reason" | "required" | "suggestion" | "sunset" | "supported" => "text".into(),
        _ => 2.into(),
    }
}

fn member_examples(problem_type: &ProblemType) -> Vec<(&'static str, Value)> {
    let members = problem_type.members().iter();
    let mut values: Vec<_> =
        members.map(|member| (member.name(), example(member.json_type()))).collect();
    values.extend(problem_type.retry_after_seconds().map(|wait| ("retry_after", wait.into())));
    values
}

fn example(json_type: JsonType) -> Value {
    match json_type {
        JsonType::Boolean => true.into(),
        JsonType::Integer { min, .. } => {
            min.and_then(|min| u64::try_from(min).ok()).unwrap_or_default().max(2).into()
        }
        JsonType::Number => 1.5.into(),
        JsonType::OneOf(words) => words.first().copied().unwrap_or_default().into(),
        JsonType::Nullable(inner) => example(*inner),
        JsonType::Array(item) => json!([example(*item)]),
        JsonType::Tuple(items) => items.iter().copied().map(example).collect(),
        JsonType::Map(inner) => json!({ "key": example(*inner) }),
        JsonType::Object => json!({}),
        JsonType::Any | JsonType::Text | JsonType::Format(_) => "text".into(),
    }
}
