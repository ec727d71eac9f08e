//! Tests that what a module declares is also where others look for it: extractors have the traits of
//! aide, and problem types have a page in the catalog. Both are found in the sources.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sources;

use std::collections::BTreeSet;

use definable_errors::catalog::Catalog;
use definable_errors::oauth::OAuthError;
use definable_errors::problem::ProblemTypes;
use sources::{code, source};

/// Returns the code of all source files. Its lines are not indented, so that those in macros are like
/// any others.
fn sources() -> Vec<String> {
    let unindented =
        |code: String| code.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    sources::files(&source()).iter().map(|file| unindented(code(file))).collect()
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
    // A macro implements the traits for `Inputs`.
    for known in ["Json", "Require", "Inputs"] {
        assert!(extractors.contains(known), "{known} is not among {extractors:?}");
    }
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
    // These are private: services name them by an enum.
    let private = OAuthError::TYPES.iter().map(|private| -> &str { private.code() });
    let codes: BTreeSet<_> = sources.iter().flat_map(|code| codes(code)).chain(private).collect();
    assert!(codes.contains("cross_site_request") && codes.len() > 39, "{codes:?}");
    let missing: Vec<_> = codes.iter().filter(|code| catalog.get(code).is_none()).collect();
    assert!(missing.is_empty(), "not in catalog/built_in.rs: {missing:?}");
    let is_empty = |code: &&&str| {
        catalog.get(code).is_some_and(|it| it.problem_type().documentation().is_empty())
    };
    let undocumented: Vec<_> = codes.iter().filter(is_empty).collect();
    assert!(undocumented.is_empty(), "without documentation: {undocumented:?}");
}
