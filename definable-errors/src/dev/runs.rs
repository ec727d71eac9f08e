//! Frames as a developer reads them: each own one, and the frames of dependencies between them as
//! one line.

use std::fmt;

use super::traceback::Frame;
use crate::error::is_in_std;

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

/// Reads the name and the version of a crate from the path of one of its files.
fn version(file: &str) -> Option<String> {
    let (name, version) = name_and_version(file)?;
    Some(format!("{name} {version}"))
}

/// Reads the name of a package from the path of one of its files, in a registry or in the standard library.
pub(super) fn package(file: &str) -> Option<&str> {
    if let Some((name, _)) = name_and_version(file) {
        return Some(name);
    }
    let (_, inside) = file.rsplit_once("/library/").filter(|_| is_in_std(file))?;
    inside.split('/').next()
}

fn name_and_version(file: &str) -> Option<(&str, &str)> {
    let inside = without_registry(file);
    let folder = inside.split('/').next().filter(|_| inside.len() < file.len())?;
    let is_version = |at: &usize| folder[at + 1..].starts_with(|it: char| it.is_ascii_digit());
    let at = folder.match_indices('-').map(|(at, _)| at).find(is_version)?;
    Some((&folder[..at], &folder[at + 1..]))
}

/// Leaves out the part of a path that all crates of a registry have.
fn without_registry(file: &str) -> &str {
    const REGISTRY: &str = "/registry/src/";
    let inside = file.find(REGISTRY).map(|at| &file[at + REGISTRY.len()..]);
    inside.and_then(|inside| inside.split_once('/')).map_or(file, |(_, path)| path)
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
    fn package_is_read_from_the_path_of_a_file() {
        for (file, expected) in [
            ("/home/u/.cargo/registry/src/index-1/tower-http-0.7.1/src/lib.rs", Some("tower-http")),
            (
                "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/task.rs",
                Some("core"),
            ),
            ("/home/u/.rustup/lib/rustlib/src/rust/library/std/src/thread.rs", Some("std")),
            ("/srv/shop/library/src/lib.rs", None),
            ("src/main.rs", None),
        ] {
            assert_eq!(package(file), expected, "{file}");
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
