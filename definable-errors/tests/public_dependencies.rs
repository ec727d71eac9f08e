//! Tests that the table of public dependencies in `lib.rs` states the versions and features of the manifests.
//! Whether it lists all of them is checked by `tests/run public_dependencies`, which needs nightly Rust.

const FRONT_PAGE: &str = include_str!("../src/lib.rs");
const MANIFEST: &str = include_str!("../Cargo.toml");
const WORKSPACE: &str = include_str!("../../Cargo.toml");

struct Row {
    name: &'static str,
    version: &'static str,
    features: &'static str,
}

/// Returns the rows of the table.
fn rows() -> Vec<Row> {
    let (_, section) = FRONT_PAGE.split_once("//! # Public dependencies\n").expect("it is there");
    let row = |line: &'static str| {
        let mut cells = line.strip_prefix("//! | `")?.split(" | ");
        let name = cells.next()?.trim_end_matches('`');
        Some(Row { name, version: cells.next()?, features: cells.next()? })
    };
    let rows: Vec<_> = section.lines().skip_while(|line| !line.starts_with("//! |---")).collect();
    rows.into_iter().skip(1).map_while(row).collect()
}

/// Returns the version in a line such as `http = "1.5"` or `axum = { version = "0.8.9", … }`.
fn required(name: &str) -> &'static str {
    let start = format!("\n{name} = ");
    let (_, line) = WORKSPACE.split_once(&*start).expect("the workspace has it");
    let line = line.lines().next().expect("the line has a rest");
    let (_, version) = line.split_once('"').expect("a version is quoted");
    version.split('"').next().expect("the quotation ends")
}

/// Returns the part of a version that changes with the interface: `0.8` of `0.8.9`, `1` of `1.5`.
fn compatible(version: &str) -> String {
    let parts: Vec<_> = version.split('.').collect();
    let length = if parts[0] == "0" { 2 } else { 1 };
    parts[..length].join(".")
}

#[test]
fn table_states_the_versions_of_the_manifest() {
    let rows = rows();
    assert!(rows.len() > 10, "the table was read");
    for row in rows {
        assert_eq!(row.version, compatible(required(row.name)), "{}", row.name);
    }
}

#[test]
fn table_names_features_if_and_only_if_the_dependency_is_optional() {
    for row in rows() {
        let optional = MANIFEST.lines().any(|line| {
            line.starts_with(&format!("{} = ", row.name)) && line.contains("optional = true")
        });
        assert_eq!(!row.features.trim().is_empty(), optional, "{}", row.name);
        for feature in row.features.split(", ").filter(|feature| !feature.is_empty()) {
            let declaration = format!("\n{} = [", feature.trim_matches('`'));
            assert!(MANIFEST.contains(&declaration), "{}: {feature}", row.name);
        }
    }
}
