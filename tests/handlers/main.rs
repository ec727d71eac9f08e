//! What the compiler says of handlers that ask for what they cannot get.
//!
//! `TRYBUILD=overwrite cargo test -p handlers` writes the expected texts anew; read the diff.

#[test]
fn every_handler_is_refused_with_its_remedy() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}
