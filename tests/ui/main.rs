//! Tests of what needs a compiler: the messages of the macro for mistakes, the forms that compile,
//! and the derived errors. What the macro generates is tested beside its code, in `definable-errors-derive`.
//!
//! `TRYBUILD=overwrite cargo test -p ui` writes the expected messages again; read the diff.

#[cfg(test)]
mod derived;

#[test]
fn every_mistake_is_rejected_with_its_fix() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

#[test]
fn every_form_compiles() {
    trybuild::TestCases::new().pass("pass/*.rs");
}
