//! Problems as JSON (RFC 9457 §3), written without an intermediate value.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::document::{Name, Sink};
use super::{Document, Ids};
use crate::problem::{Params, Problem, Violation, is_plain_json};

/// Sent when a body cannot be written, which no input is known to cause.
const LAST_RESORT: &[u8] = br#"{"type":"/problems/internal_error","title":"Internal server error","status":500,"detail":"Internal server error","code":"internal_error"}"#;

pub(crate) fn json(document: &Document<'_>) -> Bytes {
    let mut json = Json { bytes: Vec::with_capacity(capacity(document)), failed: false };
    document.write(&mut json);
    // The first name needs a brace instead of the comma that the others have.
    json.bytes[0] = b'{';
    json.bytes.push(b'}');
    if json.failed { Bytes::from_static(LAST_RESORT) } else { json.bytes.into() }
}

/// Returns exactly the number of bytes for the members that every body has, so that the body can
/// keep this allocation. A body with other members gets enough capacity for most of them.
fn capacity(document: &Document<'_>) -> usize {
    const USUAL: usize = r#"{"type":"","title":"","status":404,"detail":"","code":""}"#.len();
    const OTHER: usize = 64;
    let problem = document.problem;
    let texts = 2 * problem.code().len() + problem.title().len() + problem.detail().len();
    let ids = document.ids.map_or(0, Ids::json_length);
    let others = usize::from(problem.retry_after_seconds().is_some())
        + usize::from(problem.is_retryable())
        + 2 * problem.violations().len()
        + problem.members().len()
        + document.more.len();
    USUAL + document.base.len() + texts + ids + OTHER * others
}

struct Json {
    bytes: Vec<u8>,
    failed: bool,
}

impl Json {
    fn serialize(&mut self, value: &(impl Serialize + ?Sized)) {
        self.failed |= serde_json::to_writer(&mut self.bytes, value).is_err();
    }
}

/// Writes the same as the `Serialize` impl of `Violation`, in a fraction of the time.
impl Json {
    fn violation(&mut self, violation: &Violation) {
        let (place, name, value) = violation.place().parts();
        self.pieces(&["{\"in\":\"", place, "\""]);
        // A whole query or path has no name.
        if name == "pointer" || !value.is_empty() {
            self.pieces(&[",\"", name, "\":"]);
            self.quoted(value);
        }
        self.pieces(&[",\"code\":"]);
        self.quoted(violation.code());
        self.pieces(&[",\"detail\":"]);
        self.quoted(violation.detail());
        if !violation.params().is_empty() {
            self.params(violation.params());
        }
        self.bytes.push(b'}');
    }

    fn params(&mut self, params: &Params) {
        let mut before = ",\"params\":{";
        for (name, value) in params.iter() {
            self.pieces(&[before]);
            self.quoted(name);
            self.bytes.push(b':');
            match value.as_i64() {
                Some(number) => self.pieces(&[itoa::Buffer::new().format(number)]),
                None => self.serialize(value),
            }
            before = ",";
        }
        self.bytes.push(b'}');
    }

    fn quoted(&mut self, text: &str) {
        if is_plain_json(text) { self.pieces(&["\"", text, "\""]) } else { self.serialize(text) }
    }

    fn pieces(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.bytes.extend_from_slice(piece.as_bytes());
        }
    }
}

impl Sink for Json {
    fn text(&mut self, name: Name, text: &str) {
        // Most texts need no escaping, and checking costs less than escaping.
        if is_plain_json(text) {
            return self.plain(name, text.as_bytes(), b"");
        }
        self.bytes.extend_from_slice(name.json.as_bytes());
        self.serialize(text);
    }

    #[inline]
    fn plain(&mut self, name: Name, first: &[u8], second: &[u8]) {
        self.bytes.extend_from_slice(name.json_text.as_bytes());
        self.bytes.extend_from_slice(first);
        self.bytes.extend_from_slice(second);
        self.bytes.push(b'"');
    }

    #[inline]
    fn number(&mut self, name: Name, number: u32) {
        self.bytes.extend_from_slice(name.json.as_bytes());
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    fn flag(&mut self, name: Name) {
        self.bytes.extend_from_slice(name.json.as_bytes());
        self.bytes.extend_from_slice(b"true");
    }

    fn violations(&mut self, name: Name, problem: &Problem) {
        self.bytes.extend_from_slice(name.json.as_bytes());
        self.bytes.push(b'[');
        for (at, violation) in problem.violations().iter().enumerate() {
            self.bytes.extend_from_slice(if at == 0 { b"" } else { b"," });
            self.violation(violation);
        }
        self.bytes.push(b']');
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.bytes.extend_from_slice(b",\"");
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        self.serialize(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{CONFLICT, Place, RATE_LIMITED};

    fn document(problem: &Problem) -> Document<'_> {
        Document { problem, base: "/problems/", ids: Some(&Ids::BLANK), more: &[] }
    }

    #[test]
    fn a_body_of_the_usual_members_takes_no_more_memory_than_it_needs() {
        let problem = Problem::new(&CONFLICT).with_detail("The order was already paid.");
        let document = document(&problem);
        assert_eq!(capacity(&document), json(&document).len());
    }

    #[test]
    fn violations_are_written_as_they_serialize() {
        let place = || Place::Body("#/a\"b".into());
        let violations = [
            Violation::new(place(), "range", "must be »1«, or \"2\"\n")
                .with_param("min", -1)
                .with_param("b\u{7}", u64::MAX)
                .with_param("list", vec!["a", "\\"]),
            Violation::new(Place::Query("q".into()), "type", "must be an integer"),
        ];
        let expected = serde_json::to_string(&violations).unwrap();
        let problem = Problem::new(&CONFLICT).with_violations(violations);
        let written = json(&document(&problem));
        let written = std::str::from_utf8(&written).unwrap();
        assert!(written.contains(&format!(",\"errors\":{expected}")), "{written}");
    }

    #[test]
    fn other_members_find_room() {
        let mut problem = Problem::new(&RATE_LIMITED);
        problem.insert_member("quota", "burst").unwrap();
        let document = document(&problem);
        assert!(capacity(&document) >= json(&document).len());
    }
}
