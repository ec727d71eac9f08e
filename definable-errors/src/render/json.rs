use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::Document;
use super::sink::{Name, Sink};
use crate::problem::{Problem, is_plain_json};

/// Sent when a body cannot be written, which no input is known to cause (X-23).
const LAST_RESORT: &[u8] = br#"{"type":"/problems/internal_error","title":"Internal server error","status":500,"detail":"Internal server error","code":"internal_error"}"#;

pub(super) fn write(document: &Document<'_>) -> Bytes {
    let mut json = Json { bytes: Vec::with_capacity(capacity(document)), failed: false };
    document.write(&mut json);
    json.bytes.push(b'}');
    match json.failed {
        false => json.bytes.into(),
        true => Bytes::from_static(LAST_RESORT),
    }
}

/// Enough for most bodies, so that few are moved while they grow.
fn capacity(document: &Document<'_>) -> usize {
    let problem = document.problem;
    384 + problem.detail().len() + 128 * problem.violations().len()
}

struct Json {
    bytes: Vec<u8>,
    failed: bool,
}

impl Json {
    /// The first name needs a brace where the others have a comma.
    #[inline]
    fn name(&mut self, name: &Name) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(name.json.as_bytes());
        if start == 0 {
            self.bytes[0] = b'{';
        }
    }

    fn serialize(&mut self, value: &(impl Serialize + ?Sized)) {
        self.failed |= serde_json::to_writer(&mut self.bytes, value).is_err();
    }
}

impl Sink for Json {
    fn text(&mut self, name: Name, text: &str) {
        // Most texts need no escaping, and looking costs less than escaping.
        if is_plain_json(text) {
            return self.plain(name, text.as_bytes(), b"");
        }
        self.name(&name);
        self.serialize(text);
    }

    #[inline]
    fn plain(&mut self, name: Name, first: &[u8], second: &[u8]) {
        self.name(&name);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(first);
        self.bytes.extend_from_slice(second);
        self.bytes.push(b'"');
    }

    #[inline]
    fn number(&mut self, name: Name, number: u32) {
        self.name(&name);
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    fn flag(&mut self, name: Name) {
        self.name(&name);
        self.bytes.extend_from_slice(b"true");
    }

    fn violations(&mut self, name: Name, problem: &Problem) {
        self.name(&name);
        self.serialize(problem.violations());
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.bytes.extend_from_slice(b",\"");
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        self.serialize(value);
    }
}
