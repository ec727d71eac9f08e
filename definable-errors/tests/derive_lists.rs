//! Tests that the derive's copies of the library's lists are equal to the originals. The derive cannot
//! depend on the library, so both are read as text.

use std::fs;
use std::path::Path;

/// Returns the sorted lines of a list in a source file, between the two marks.
fn list(file: &str, start: &str, end: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(file).expect("the file exists");
    let (_, after) = text.split_once(start).expect("the list starts");
    let (list, _) = after.split_once(end).expect("the list ends");
    let lines = list.lines().map(|line| line.trim().trim_end_matches(','));
    let mut lines: Vec<_> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn reserved_members_are_the_same() {
    let library = "definable-errors/src/problem/name.rs";
    let derive = "definable-errors-derive/src/check/fields.rs";
    assert_eq!(
        list(derive, "const RESERVED_MEMBERS: [&str; 18] = [", "];"),
        list(library, "const RESERVED: [&str; 18] = [", "];")
    );
}

#[test]
fn rejected_headers_are_the_same() {
    let library = "definable-errors/src/error/headers.rs";
    let derive = "definable-errors-derive/src/check/response.rs";
    let constant = |name: String| {
        format!("header::{}", name.trim_matches('"').to_uppercase().replace('-', "_"))
    };
    let names = list(derive, "const REFUSED_HEADERS: [&str; 10] = [", "];");
    let names: Vec<_> = names.into_iter().map(constant).collect();
    assert_eq!(names, list(library, "const REFUSED: [HeaderName; 10] = [", "];"));
}

#[test]
fn status_names_are_the_same() {
    let library = "definable-errors/src/problem/status.rs";
    let derive = "definable-errors-derive/src/check/problem_type.rs";
    let number_and_name = |line: String| {
        let mut words = line.split([' ', '(', ')', ',', '"']).filter(|word| !word.is_empty());
        [words.next(), words.next()].map(|word| word.expect("a number and a name").to_owned())
    };
    let pairs = |list: Vec<String>| list.into_iter().map(number_and_name).collect::<Vec<_>>();
    assert_eq!(
        pairs(list(derive, "const STATUSES: [(u16, &str); 40] = [", "];")),
        pairs(list(library, "statuses! {", "\n}"))
    );
}
