//! Tests that the derive's copies of the library's lists are equal to the originals.

use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(file)).unwrap()
}

/// Returns the lines between the two marks, without indentation.
fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    let (_, after) = text.split_once(start).unwrap();
    let (inner, _) = after.split_once(end).unwrap();
    let lines = inner.lines().map(str::trim);
    let mut lines: Vec<_> = lines.filter(|line| !line.is_empty()).map(Into::into).collect();
    lines.sort();
    lines
}

#[test]
fn reserved_members_are_the_same() {
    let ours = read("definable-errors-derive/src/check/member.rs");
    let theirs = read("definable-errors/src/problem/name.rs");
    let start = "const RESERVED: [&str; 18] = [";
    assert_eq!(between(&ours, start, "];"), between(&theirs, start, "];"));
}

#[test]
fn rejected_headers_are_the_same() {
    let ours = read("definable-errors-derive/src/check/header.rs");
    let theirs = read("definable-errors/src/error/headers.rs");
    let ours = between(&ours, "const REFUSED: [&str; 10] = [", "];");
    let theirs = between(&theirs, "const REFUSED: [HeaderName; 10] = [", "];");
    let theirs = theirs.iter().map(|line| {
        let constant = line.trim_start_matches("header::").trim_end_matches(',');
        format!("\"{}\",", constant.to_lowercase().replace('_', "-"))
    });
    assert_eq!(ours, theirs.collect::<Vec<_>>());
}

#[test]
fn status_names_are_the_same() {
    let ours = read("definable-errors-derive/src/check/status.rs");
    let theirs = read("definable-errors/src/problem/status.rs");
    let ours = between(&ours, "const NAMES: [(u16, &str); 40] = [", "];");
    let theirs = between(&theirs, "statuses! {", "\n}");
    let theirs = theirs.iter().map(|line| {
        let mut words = line.split(' ');
        let (number, name) = (words.next().unwrap(), words.next().unwrap());
        format!("({number}, \"{name}\"),")
    });
    assert_eq!(ours, theirs.collect::<Vec<_>>());
}
