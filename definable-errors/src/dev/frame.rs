//! One frame of a traceback.

use serde_json::{Value, json};

/// One frame of a traceback, as clients see it. Its texts are redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) filename: Option<String>,
    pub(super) lineno: Option<u32>,
    pub(super) name: String,
    /// The text of the source line, if it may be read.
    pub(super) line: Option<String>,
    /// Whether it is the developer's own code, not that of a dependency.
    pub(super) own: bool,
}

impl Frame {
    /// Creates a frame without a function: a text in angle brackets, in place of a missing frame.
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
