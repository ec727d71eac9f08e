//! Tests that what a module declares is also where others look for it: extractors have the traits of
//! aide, and problem types have a page in the catalog. Both are found in the sources.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use definable_errors::catalog::Catalog;

/// Returns the code of all source files, without comments and unit tests.
fn sources() -> Vec<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(code(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn word(text: &str) -> &str {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    &text[..text.find(|letter| !is_word(letter)).unwrap_or(text.len())]
}

/// Returns the names of the types that implement one of axum's traits for extractors.
fn extractors(code: &str) -> impl Iterator<Item = &str> {
    let impls = code.split("\nimpl").skip(1).filter_map(|rest| rest.split_once(" for "));
    let impls = impls.filter(|(header, _)| header.contains("FromRequest") && !header.contains('{'));
    impls.map(|(_, subject)| word(subject))
}

#[test]
fn every_extractor_has_the_traits_of_aide() {
    let sources = sources();
    let extractors: BTreeSet<_> = sources.iter().flat_map(|code| extractors(code)).collect();
    assert!(extractors.contains("Json") && extractors.contains("Require"), "{extractors:?}");
    let inputs = include_str!("../src/openapi/aide/inputs.rs");
    let words: BTreeSet<_> = inputs.split(|it: char| !it.is_alphanumeric()).collect();
    let missing: Vec<_> = extractors.difference(&words).collect();
    assert!(missing.is_empty(), "not in openapi/aide/inputs.rs: {missing:?}");
}

/// Returns the codes of the public problem types.
fn codes(code: &str) -> impl Iterator<Item = &str> {
    code.split("\npub static ").skip(1).filter_map(|rest| {
        let (_, value) = rest.split_once(": ProblemType =")?;
        let (_, code) = value.split_once("ProblemType::new(")?;
        code.split('"').nth(1)
    })
}

#[test]
fn every_problem_type_has_a_page() {
    let (sources, catalog) = (sources(), Catalog::new());
    let codes: BTreeSet<_> = sources.iter().flat_map(|code| codes(code)).collect();
    assert!(codes.contains("cross_site_request") && codes.len() > 39, "{codes:?}");
    let missing: Vec<_> = codes.iter().filter(|code| catalog.get(code).is_none()).collect();
    assert!(missing.is_empty(), "not in catalog/built_in.rs: {missing:?}");
}
