//! Tests that the derive's copies of the library's lists are equal to the originals, and that its
//! documentation describes all of its attributes. The derive cannot depend on the library, so both are
//! read as text.

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

/// Returns the names of the attributes in a table of the derive's documentation.
fn described(heading: &str) -> Vec<String> {
    let mut names: Vec<_> = list("definable-errors/src/derive.md", heading, "\n\n")
        .iter()
        .filter_map(|row| row.strip_prefix("| `")?.split_once("` | "))
        .map(|(cell, _)| cell.split(|it: char| !it.is_alphanumeric() && it != '_').next())
        .map(|name| name.expect("a row begins with a name").to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Returns the names in a list of the parser.
fn parsed(list_name: &str) -> Vec<String> {
    let source = "definable-errors-derive/src/parse/attr.rs";
    let lines = list(source, &format!("const {list_name}: &[&str] = &["), "];");
    let names = lines.iter().flat_map(|line| line.split(", "));
    let mut names: Vec<_> = names.map(|name| name.trim_matches('"').to_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_attribute_is_described() {
    assert_eq!(described("On the type:\n\n"), parsed("TYPE"));
    assert_eq!(described("On each variant, or on a struct:\n\n"), parsed("VARIANT"));
    assert_eq!(described("On a field:\n\n"), parsed("FIELD"));
}
