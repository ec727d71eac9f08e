//! Tests that the derive's copies of the library's lists are equal to the originals.

use std::fs;
use std::path::Path;

use super::fields::RESERVED_MEMBERS;
use super::problem_type::STATUSES;
use super::response::REFUSED_HEADERS;

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(file)).unwrap()
}

/// Returns the sorted lines between the two marks, without indentation.
fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    let (_, after) = text.split_once(start).unwrap();
    let (inner, _) = after.split_once(end).unwrap();
    let trimmed = inner.lines().map(str::trim);
    lines(trimmed.filter(|line| !line.is_empty()).map(Into::into))
}

/// Sorts our own list, written as the lines of the library's.
fn lines(list: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<_> = list.into_iter().collect();
    lines.sort();
    lines
}

#[test]
fn reserved_members_are_the_same() {
    let library = read("definable-errors/src/problem/name.rs");
    let theirs = between(&library, "const RESERVED: [&str; 18] = [", "];");
    assert_eq!(lines(RESERVED_MEMBERS.map(|name| format!("\"{name}\","))), theirs);
}

#[test]
fn rejected_headers_are_the_same() {
    let library = read("definable-errors/src/error/headers.rs");
    let theirs = between(&library, "const REFUSED: [HeaderName; 10] = [", "];");
    let constant = |name: &str| name.to_uppercase().replace('-', "_");
    assert_eq!(lines(REFUSED_HEADERS.map(|name| format!("header::{},", constant(name)))), theirs);
}

#[test]
fn status_names_are_the_same() {
    let library = read("definable-errors/src/problem/status.rs");
    let theirs = between(&library, "statuses! {", "\n}");
    let number_and_name = |line: &String| {
        let words: Vec<_> = line.split(' ').take(2).collect();
        words.join(" ")
    };
    let theirs = theirs.iter().map(number_and_name).collect::<Vec<_>>();
    assert_eq!(lines(STATUSES.map(|(number, name)| format!("{number} {name}"))), theirs);
}
