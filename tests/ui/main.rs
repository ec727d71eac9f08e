//! Tests of the macro: its messages for mistakes, the code it generates, and the derived errors.
//!
//! `TRYBUILD=overwrite cargo test -p ui` writes the expected texts again; read the diff.

// The modules of the derive, so that a test can print the code that they generate.
#[path = "../../definable-errors-derive/src/check/mod.rs"]
mod check;
#[path = "../../definable-errors-derive/src/expand/mod.rs"]
mod expand;
#[path = "../../definable-errors-derive/src/fallback.rs"]
mod fallback;
#[path = "../../definable-errors-derive/src/mistakes.rs"]
mod mistakes;
#[path = "../../definable-errors-derive/src/model/mod.rs"]
mod model;
#[path = "../../definable-errors-derive/src/parse/mod.rs"]
mod parse;

#[cfg(test)]
mod derived;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod written;

#[test]
fn every_mistake_is_rejected_with_its_fix() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

#[test]
fn every_form_compiles() {
    trybuild::TestCases::new().pass("pass/*.rs");
}
