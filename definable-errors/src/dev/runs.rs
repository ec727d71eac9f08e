//! Frames as a developer reads them: each own one, and the frames of dependencies between them as
//! one line.

use std::fmt;

use super::package::{version, without_registry};
use super::traceback::Frame;

/// A part of a traceback.
#[derive(Debug, Clone, Copy)]
pub(super) enum Run<'a> {
    /// A text in place of a missing frame.
    Remark(&'a str),
    Own(&'a Frame),
    /// Adjacent frames of dependencies.
    Others(&'a [Frame]),
}

/// Splits a traceback into its parts.
pub(super) fn runs(frames: &[Frame]) -> Vec<Run<'_>> {
    let is_other = |frame: &Frame| !frame.own && !frame.is_remark();
    let chunks = frames.chunk_by(|one, next| is_other(one) && is_other(next));
    chunks
        .map(|chunk| match &chunk[0] {
            frame if frame.is_remark() => Run::Remark(frame.name.trim_matches(['<', '>'])),
            frame if frame.own => Run::Own(frame),
            _ => Run::Others(chunk),
        })
        .collect()
}

/// The frames of a run as a line, such as `12 frames of tokio, hyper`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Summary<'a>(pub(super) &'a [Frame]);

/// The number of crates that a line names.
const MAX_NAMES: usize = 4;

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<&str> = Vec::new();
        for frame in self.0.iter().filter(|frame| !frame.origin.is_empty()) {
            if !names.contains(&&*frame.origin) {
                names.push(&frame.origin);
            }
        }
        let noun = if self.0.len() == 1 { "frame" } else { "frames" };
        write!(f, "{} {noun}", self.0.len())?;
        if names.is_empty() {
            return Ok(());
        }
        write!(f, " of {}", names[..names.len().min(MAX_NAMES)].join(", "))?;
        if names.len() > MAX_NAMES { f.write_str(" and others") } else { Ok(()) }
    }
}

/// Returns where the code of a frame is, such as `src/orders.rs:41`.
pub(super) fn place(frame: &Frame) -> Option<String> {
    let file = frame.filename.as_deref()?;
    let file = without_registry(file);
    Some(match frame.lineno {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    })
}

/// Returns the crates of a registry that frames are in, with their versions, such as `axum 0.8.9`.
pub(super) fn crates(frames: &[Frame]) -> Vec<String> {
    let mut crates = Vec::new();
    let files = frames.iter().filter_map(|frame| frame.filename.as_deref());
    for found in files.filter_map(version) {
        if !crates.contains(&found) {
            crates.push(found);
        }
    }
    crates.sort_unstable();
    crates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(name: &str, origin: &str, own: bool) -> Frame {
        Frame {
            filename: Some(format!(
                "/home/u/.cargo/registry/src/index-1/{origin}-1.0.0/src/lib.rs"
            )),
            lineno: Some(7),
            column: None,
            name: name.to_owned(),
            origin: origin.to_owned(),
            path: None,
            snippet: None,
            own,
        }
    }

    #[test]
    fn frames_of_dependencies_become_one_line() {
        let mut frames = vec![frame("shop::a", "shop", true), frame("shop::b", "shop", true)];
        frames.extend(["a", "b", "a", "c", "d", "e"].map(|name| frame("x", name, false)));
        frames.push(frame("shop::c", "shop", true));
        let runs = runs(&frames);
        assert_eq!(runs.len(), 4);
        let Run::Others(others) = runs[2] else { panic!("{runs:?}") };
        assert_eq!(Summary(others).to_string(), "6 frames of a, b, c, d and others");
        assert_eq!(Summary(&others[..1]).to_string(), "1 frame of a");
        assert_eq!(place(&frames[0]).as_deref(), Some("shop-1.0.0/src/lib.rs:7"));
        assert_eq!(crates(&frames).len(), 6);
        assert_eq!(crates(&frames)[5], "shop 1.0.0");
    }
}
