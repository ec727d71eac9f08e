//! The sentences that the library itself writes as details, so that each can be recognized and
//! translated: each with a form, and with the values that it contains.

use std::borrow::Cow;

use serde_json::Value;

use crate::problem::Params;

/// A sentence that details of one code are made of.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) code: &'static str,
    /// `None` if the code has only this one, or its params alone tell them apart.
    pub(super) form: Option<&'static str>,
    /// Values stand in braces. One without a name is not compared and not passed on.
    template: &'static str,
}

type Row = (&'static str, &'static str, &'static str);

const fn rows<const N: usize>(rows: [Row; N]) -> [Sentence; N] {
    let mut sentences = [const { Sentence { code: "", form: None, template: "" } }; N];
    let mut at = 0;
    while at < N {
        let (code, form, template) = rows[at];
        let form = if form.is_empty() { None } else { Some(form) };
        sentences[at] = Sentence { code, form, template };
        at += 1;
    }
    sentences
}

/// The details of problem types that have more than one.
pub(super) static DETAILS: &[Sentence] = &rows([
    ("bad_request", "path_encoding", "The path is not UTF-8."),
    ("bad_request", "query_encoding", "The query is not UTF-8."),
    ("bad_request", "socket_frames", "The frames of the WebSocket are not valid."),
    ("forbidden", "socket_origin", "Pages of this origin may not open a socket here."),
    ("gone", "sunset", "It was switched off on {sunset}."),
    ("insufficient_permissions", "required", "Access denied. Required: {required}"),
    ("malformed_body", "cut_off", "The body ended before it was complete."),
    ("malformed_body", "empty", "The body is empty."),
    ("malformed_body", "form_encoding", "The form is not UTF-8."),
    ("malformed_body", "framing", "The framing of the body is not valid."),
    ("malformed_body", "json", "Invalid JSON at line {line} column {column}: {reason}."),
    // A large body is read by `serde_json`.
    ("malformed_body", "json", "{reason} at line {line} column {column}"),
    ("malformed_body", "multipart", "The multipart body could not be parsed."),
    ("malformed_body", "pairs", "More than {pairs} pairs of a name and a value were sent."),
    ("malformed_body", "truncated", "The encoded body ends before its content is complete."),
    ("malformed_body", "undecodable", "The body could not be decoded."),
    ("malformed_body", "unreadable", "The body could not be read to its end."),
    ("payload_too_large", "limit", "The body is larger than {limit} bytes."),
    ("payload_too_large", "part", "A part of the body is larger than {limit} bytes."),
    (
        "precondition_failed",
        "if_match",
        "The resource has another state than `If-Match` names. Read it again.",
    ),
    (
        "precondition_failed",
        "if_none_match",
        "The resource has a state that `If-None-Match` excludes.",
    ),
    (
        "precondition_required",
        "if_match",
        "Send `If-Match` with the `ETag` of the state that you have read.",
    ),
    ("request_timeout", "body", "The body did not arrive in time."),
    ("unsupported_media_type", "coding", "Supported: no content coding"),
    ("unsupported_media_type", "supported", "Supported: {supported}"),
    ("validation_failed", "fields", "{count} field is not valid."),
    ("validation_failed", "fields", "{count} fields are not valid."),
    ("validation_failed", "fields_at_least", "At least {count} field is not valid."),
    ("validation_failed", "fields_at_least", "At least {count} fields are not valid."),
]);

/// The details of violations.
pub(super) static VIOLATIONS: &[Sentence] = &rows([
    ("duplicate", "", "must be given only once"),
    ("duplicate", "", "must be given once"),
    ("duplicate", "unique", "must be unique"),
    ("email", "", "must be an email address"),
    ("invalid", "", "is not valid"),
    ("invalid", "encoding", "must be UTF-8"),
    ("length", "", "has the wrong length"),
    ("length", "characters_at_least", "must be at least {min} characters long"),
    ("length", "characters_at_least", "must be at least {min} character long"),
    ("length", "characters_at_most", "must be at most {max} characters long"),
    ("length", "characters_at_most", "must be at most {max} character long"),
    ("length", "characters_exactly", "must be exactly {exact} characters long"),
    ("length", "characters_exactly", "must be exactly {exact} character long"),
    ("length", "characters_between", "must be {min} to {max} characters long"),
    ("length", "parts_at_most", "must have at most {max} parts"),
    ("length", "at_least", "must have a length of at least {min}"),
    ("length", "at_most", "must have a length of at most {max}"),
    ("length", "exactly", "must have a length of exactly {exact}"),
    ("length", "between", "must have a length of {min} to {max}"),
    ("length", "items_at_least", "must have at least {min} items"),
    ("length", "items_at_least", "must have at least {min} item"),
    ("length", "items_at_most", "must have at most {max} items"),
    ("length", "items_at_most", "must have at most {max} item"),
    ("length", "items_exactly", "must have exactly {exact} items"),
    ("length", "items_exactly", "must have exactly {exact} item"),
    ("length", "items_between", "must have {min} to {max} items"),
    ("one_of", "", "must be one of {}"),
    ("pattern", "", "must have the right form"),
    ("range", "", "is out of range"),
    ("range", "between", "must be between {min} and {max}"),
    ("range", "at_least_and_less_than", "must be at least {min} and less than {exclusive_max}"),
    (
        "range",
        "greater_than_and_less_than",
        "must be greater than {exclusive_min} and less than {exclusive_max}",
    ),
    ("range", "greater_than_and_at_most", "must be greater than {exclusive_min} and at most {max}"),
    ("range", "at_least", "must be at least {min}"),
    ("range", "at_most", "must be at most {max}"),
    ("range", "greater_than", "must be greater than {exclusive_min}"),
    ("range", "less_than", "must be less than {exclusive_max}"),
    ("required", "", "is required"),
    ("type", "", "must be {}"),
    ("unknown_field", "", "is unknown"),
    ("unknown_field", "suggestion", "is unknown, did you mean {}?"),
    ("url", "", "must be a URL"),
]);

/// A sentence that was recognized, with the values that are not among the params.
#[derive(Debug, PartialEq)]
pub(super) struct Recognized {
    pub(super) form: Option<&'static str>,
    pub(super) values: Vec<(&'static str, Value)>,
}

/// Recognizes the detail of a problem type of the library.
pub(super) fn detail(code: &str, text: &str) -> Option<Recognized> {
    of(DETAILS, code).find_map(|sentence| sentence.recognize(text, &|_| None))
}

/// Recognizes the detail of a violation. Its values have to be those of the params.
pub(super) fn violation(code: &str, text: &str, params: &Params) -> Option<Recognized> {
    of(VIOLATIONS, code).find_map(|sentence| sentence.recognize(text, &|name| params.get(name)))
}

/// Whether the library has violations of this code.
pub(super) fn is_violation(code: &str) -> bool {
    of(VIOLATIONS, code).next().is_some()
}

fn of(sentences: &'static [Sentence], code: &str) -> impl Iterator<Item = &'static Sentence> {
    sentences.iter().filter(move |sentence| sentence.code == code)
}

impl Sentence {
    /// Splits the template into a text, and names of values, each with the text after it.
    fn pieces(&self) -> (&'static str, Vec<(&'static str, &'static str)>) {
        let mut pieces = self.template.split('{');
        let first = pieces.next().unwrap_or_default();
        (first, pieces.filter_map(|piece| piece.split_once('}')).collect())
    }

    /// Returns the sentence with the names of its values in braces, as an example of its text.
    pub(super) const fn example(&self) -> &'static str {
        self.template
    }

    /// Returns the names of the values.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.pieces().1.into_iter().map(|(name, _)| name).filter(|name| !name.is_empty())
    }

    fn recognize<'p>(
        &self,
        text: &str,
        param: &dyn Fn(&str) -> Option<&'p Value>,
    ) -> Option<Recognized> {
        let (first, pieces) = self.pieces();
        let mut rest = text.strip_prefix(first)?;
        let mut values = Vec::new();
        for (at, (name, after)) in pieces.iter().enumerate() {
            let (value, behind) = if at + 1 == pieces.len() {
                (rest.strip_suffix(after)?, "")
            } else {
                rest.split_once(after)?
            };
            rest = behind;
            match param(name) {
                _ if value.is_empty() => return None,
                _ if name.is_empty() => {}
                Some(param) if written(param) != value => return None,
                Some(_) => {}
                None => values.push((*name, read(name, value)?)),
            }
        }
        rest.is_empty().then_some(Recognized { form: self.form, values })
    }
}

fn written(param: &Value) -> Cow<'_, str> {
    match param {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// Reads a value: a text within one sentence, if it is one of these, or a number.
fn read(name: &str, value: &str) -> Option<Value> {
    match name {
        "reason" | "required" | "sunset" | "supported" => {
            (!value.contains(". ")).then(|| value.into())
        }
        _ => value.parse::<u64>().ok().map(Value::from),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::problem::{Problem, VALIDATION_FAILED};

    fn found(code: &str, text: &str) -> Option<(Option<&'static str>, Value)> {
        let found = detail(code, text)?;
        let values = found.values.into_iter().map(|(name, value)| (name.to_owned(), value));
        Some((found.form, Value::Object(values.collect())))
    }

    #[test]
    fn values_are_read_from_details() {
        let json =
            found("malformed_body", "Invalid JSON at line 2 column 17: expected `,` or `}`.");
        let expected = json!({"reason": "expected `,` or `}`", "line": 2, "column": 17});
        assert_eq!(json, Some((Some("json"), expected)));
        let fields = found("validation_failed", "At least 1 field is not valid.");
        assert_eq!(fields, Some((Some("fields_at_least"), json!({"count": 1}))));
        let supported = found("unsupported_media_type", "Supported: application/json");
        assert_eq!(supported, Some((Some("supported"), json!({"supported": "application/json"}))));
    }

    #[test]
    fn other_texts_are_not_recognized() {
        assert_eq!(found("malformed_body", "The body is empty"), None);
        assert_eq!(found("conflict", "The body is empty."), None);
        assert_eq!(found("malformed_body", "Invalid JSON at line x column 1: y."), None);
        assert_eq!(found("payload_too_large", "The body is larger than  bytes."), None);
        assert_eq!(found("gone", "It was switched off on 2026-01-01. Ask us."), None);
        assert!(found("gone", "It was switched off on 2026-01-01.").is_some());
        let typical = Problem::new(&VALIDATION_FAILED);
        assert_eq!(found("validation_failed", typical.detail()), None);
    }

    #[test]
    fn values_of_violations_are_those_of_the_params() {
        let mut params = Params::EMPTY;
        params.insert("max", 31_500);
        let form = |text: &str| violation("range", text, &params).map(|found| found.form);
        assert_eq!(form("must be at most 31500"), Some(Some("at_most")));
        assert_eq!(form("must be at most 31500 grams"), None);
        assert_eq!(form("must be at most 20"), None);
    }
}
