//! Tests that the README's table describes the features of Cargo.toml, and that the front page names all
//! of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

const MANIFEST: &str = include_str!("../Cargo.toml");
const README: &str = include_str!("../../README.md");
const WORKSPACE: &str = include_str!("../../Cargo.toml");
const REPORT: &str = include_str!("../src/report/mod.rs");
const FRONT_PAGE: &str = include_str!("../src/lib.rs");

/// Returns the names and values in `[features]`.
fn declared() -> BTreeMap<&'static str, &'static str> {
    let (_, features) = MANIFEST.split_once("\n[features]\n").expect("the manifest has features");
    let (features, _) = features.split_once("\n[").expect("another table follows");
    let lines = features.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).collect()
}

/// Returns whether each feature in the README's table is a default.
fn described() -> BTreeSet<(&'static str, bool)> {
    let (_, table) = README.split_once("\n## Features\n").expect("the README has the section");
    let (table, _) = table.split_once("\n## ").expect("another section follows");
    let row = |line: &'static str| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` |")?;
        let (brings, default) = rest.strip_suffix(" |")?.rsplit_once(" |")?;
        assert!(!brings.trim().is_empty(), "{name}");
        Some((name, default.trim() == "yes"))
    };
    table.lines().filter_map(row).collect()
}

/// Returns the features that a list such as `["derive", "dep:tower"]` enables.
fn enabled(list: &'static str) -> BTreeSet<&'static str> {
    let names = list.trim_matches(['[', ']']).split(", ");
    names.map(|name| name.trim_matches('"')).collect()
}

/// Asserts that a list has exactly the expected items, and names the others.
fn assert_same<T: Ord + Debug>(list: &str, found: &BTreeSet<T>, expected: &BTreeSet<T>) {
    let missing: Vec<_> = expected.difference(found).collect();
    let unexpected: Vec<_> = found.difference(expected).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "{list} lacks {missing:?}, and should not have {unexpected:?}"
    );
}

#[test]
fn readme_describes_exactly_the_features_of_the_manifest() {
    let mut declared = declared();
    let default = enabled(declared.remove("default").expect("there are defaults"));
    let expected = declared.into_keys().map(|name| (name, default.contains(name))).collect();
    assert_same("the table of the README, with whether it is a default", &described(), &expected);
}

/// Returns the part of a version in the workspace's manifest that has to be equal: `0.33` of `0.33.1`.
fn version(dependency: &str) -> String {
    let line = WORKSPACE.lines().find_map(|line| line.strip_prefix(&format!("{dependency} = ")));
    let mut quoted = line.expect("the dependency exists").split('"').skip(1);
    let version: Vec<_> = quoted.next().expect("it has a version").split('.').take(2).collect();
    version.join(".")
}

/// Metrics and spans of another version are silently lost.
#[test]
fn docs_name_the_versions_that_a_service_has_to_share() {
    let opentelemetry = format!("`opentelemetry` {}", version("opentelemetry"));
    assert!(README.contains(&opentelemetry) && REPORT.contains(&opentelemetry), "{opentelemetry}");
    let bridge = format!("`tracing-opentelemetry` {}", version("tracing-opentelemetry"));
    assert!(README.contains(&bridge), "{bridge}");
    let that_is =
        format!("For `tracing-opentelemetry` that is {}", version("tracing-opentelemetry"));
    assert!(REPORT.contains(&that_is), "{that_is}");
    let metrics = format!("`metrics` {}", version("metrics"));
    assert!(README.contains(&metrics), "{metrics}");
}

#[test]
fn full_enables_all_but_aws_lc_dev_and_testing() {
    let declared = declared();
    let others = ["aws-lc", "default", "dev", "full", "testing"];
    let expected = declared.keys().copied().filter(|name| !others.contains(name)).collect();
    assert_same("the feature `full`", &enabled(declared["full"]), &expected);
}

#[test]
fn front_page_names_every_feature_beside_its_module() {
    let rows: Vec<_> = FRONT_PAGE.lines().filter(|line| line.starts_with("//! | [`")).collect();
    for name in declared().into_keys().filter(|name| !["default", "full"].contains(name)) {
        let cell = format!("`{name}`");
        let has_it = |row: &&str| row.rsplit(" | ").next().is_some_and(|it| it.contains(&cell));
        assert_eq!(
            rows.iter().copied().filter(|row| has_it(row)).count(),
            1,
            "rows of lib.rs with `{name}`"
        );
    }
}
