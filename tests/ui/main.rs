//! What the macro says: mistakes, the code it writes, and what derived errors become.
//!
//! `TRYBUILD=overwrite cargo test -p ui` writes the expected texts anew; read the diff.

// The steps of the derive, so that a test can read what they write.
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
fn every_mistake_is_refused_with_its_remedy() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

#[test]
fn every_form_compiles() {
    trybuild::TestCases::new().pass("pass/*.rs");
}
