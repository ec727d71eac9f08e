use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::Document;
use super::document::Sink;
use crate::problem::Problem;

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
    #[inline]
    fn name(&mut self, name: &str) {
        let open: &[u8] = if self.bytes.is_empty() { b"{\"" } else { b",\"" };
        self.bytes.extend_from_slice(open);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn serialize(&mut self, value: &(impl Serialize + ?Sized)) {
        self.failed |= serde_json::to_writer(&mut self.bytes, value).is_err();
    }
}

impl Sink for Json {
    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.serialize(text);
    }

    #[inline]
    fn plain(&mut self, name: &str, first: &str, second: &str) {
        self.name(name);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(first.as_bytes());
        self.bytes.extend_from_slice(second.as_bytes());
        self.bytes.push(b'"');
    }

    #[inline]
    fn number(&mut self, name: &str, number: u32) {
        self.name(name);
        self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    #[inline]
    fn flag(&mut self, name: &str) {
        self.name(name);
        self.bytes.extend_from_slice(b"true");
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.name(name);
        self.serialize(value);
    }

    fn violations(&mut self, problem: &Problem) {
        self.name("errors");
        self.serialize(problem.violations());
    }
}
