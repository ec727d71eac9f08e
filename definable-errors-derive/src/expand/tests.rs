//! Tests of the generated code in readable form: `tests/expand/<name>.rs` becomes
//! `tests/expand/<name>.expanded`. `TRYBUILD=overwrite` writes the latter; read the diff.

use std::path::Path;
use std::{env, fs};

use crate::derive;

fn is_as_expected(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let input = fs::read_to_string(folder.join(name).with_extension("rs")).unwrap();
    let file = syn::parse2(derive(input.parse().unwrap())).unwrap();
    let written = prettyplease::unparse(&file);
    let expected = folder.join(name).with_extension("expanded");
    if env::var_os("TRYBUILD").is_some_and(|wish| wish == "overwrite") {
        fs::write(&expected, &written).unwrap();
    }
    assert_eq!(written, fs::read_to_string(expected).unwrap());
}

#[test]
fn enum_expands_to_its_problem_types_and_three_impls() {
    is_as_expected("order");
}

#[test]
fn location_expands_to_a_from_that_fills_it() {
    is_as_expected("located");
}

#[test]
fn mistake_expands_to_impls_that_do_nothing() {
    is_as_expected("mistake");
}
