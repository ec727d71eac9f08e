//! One frame of a traceback.

use serde_json::{Value, json};

/// One frame of a traceback, as clients read it. Its texts are redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) filename: Option<String>,
    pub(super) lineno: Option<u32>,
    pub(super) name: String,
    /// The text of the source line, where it may be read.
    pub(super) line: Option<String>,
    /// The developer's own code, no dependency's.
    pub(super) own: bool,
}

impl Frame {
    /// No function, but a text in angle brackets that stands where one is missed.
    pub(super) fn remark(text: &str) -> Self {
        Self { filename: None, lineno: None, name: text.to_owned(), line: None, own: false }
    }
}

impl From<Frame> for Value {
    fn from(frame: Frame) -> Self {
        json!({
            "filename": frame.filename,
            "lineno": frame.lineno,
            "name": frame.name,
            "line": frame.line,
            "own": frame.own,
        })
    }
}
