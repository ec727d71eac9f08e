//! Tests of data that only operators see.

use std::fmt;

use definable_errors::problem::ProblemTypes;
use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
enum StoreError {
    #[error("row {id} is missing")]
    #[api(status = 404)]
    Missing { id: u64 },
    #[error("bad row")]
    #[api(status = 400, detail = "The row is not valid.")]
    Bad(#[from] fmt::Error),
    #[error("bad number")]
    #[api(status = 400)]
    Number { source: std::num::ParseIntError },
    #[error("bad key: {inner}")]
    #[api(status = 400, detail = "The key is not valid.")]
    Key { inner: std::num::ParseIntError },
    #[error("shard {shard} is down")]
    #[api(status = 500, hint = "Start {it} with `just shard`.")]
    Down {
        #[api(note)]
        shard: u8,
        #[api(note)]
        text: &'static str,
    },
    #[error("both")]
    #[api(status = 409)]
    Both(#[api(note, member = "row_id")] u8),
    #[error(transparent)]
    #[api(transparent)]
    Passed(ApiError),
    #[error(transparent)]
    #[api(transparent)]
    Inner(#[from] InnerError),
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("inner")]
#[api(status = 500)]
struct InnerError;

fn kept(error: StoreError) -> bool {
    error.into_api_error().downcast_ref::<StoreError>().is_some()
}

#[test]
fn a_plain_4xx_keeps_nothing() {
    assert!(!kept(StoreError::Missing { id: 1 }));
    assert!(!kept(StoreError::Both(1)));
}

#[test]
fn a_5xx_keeps_itself_whole() {
    let down = || StoreError::Down { shard: 1, text: "" };
    assert!(kept(down()));
    let error = down().into_api_error();
    assert!(error.source_type().unwrap().ends_with("StoreError"));
    assert_eq!(error.chain().to_string(), "shard 1 is down");
}

#[test]
fn a_4xx_with_a_source_keeps_itself_whole() {
    let number = || "x".parse::<u8>().unwrap_err();
    assert!(kept(StoreError::Bad(fmt::Error)));
    assert!(kept(StoreError::Number { source: number() }));
    assert!(kept(StoreError::Key { inner: number() }));
    let error = StoreError::Bad(fmt::Error).into_api_error();
    assert!(error.downcast_ref::<fmt::Error>().is_some());
}

// CWE-117
#[test]
fn notes_are_escaped_and_never_sent() {
    let down = StoreError::Down { shard: 7, text: "a\nb" };
    let error = down.into_api_error();
    let notes: Vec<_> = error.notes().collect();
    assert_eq!(notes, ["shard: 7", "text: \"a\\nb\""]);
    assert!(error.problem().members().is_empty());
}

#[test]
fn a_note_may_be_a_member_too() {
    let error = StoreError::Both(4).into_api_error();
    assert_eq!(error.notes().collect::<Vec<_>>(), ["0: 4"]);
    assert_eq!(error.problem().members().get("row_id").unwrap(), 4);
}

#[test]
fn transparent_error_is_sent_unchanged() {
    let passed = ApiError::conflict("Taken.").with_note("who");
    let error = StoreError::Passed(passed).into_api_error();
    assert_eq!(error.problem().detail(), "Taken.");
    assert_eq!(error.notes().collect::<Vec<_>>(), ["who"]);
    let error = StoreError::Inner(InnerError).into_api_error();
    assert_eq!(error.problem().code(), "internal_error");
    assert_eq!(error.internal_code(), Some("inner"));
    assert!(error.downcast_ref::<InnerError>().is_some());
    assert!(error.downcast_ref::<StoreError>().is_none());
}

#[test]
fn question_mark_alone_records_the_location() {
    fn handler() -> Result<(), ApiError> {
        Err(StoreError::Missing { id: 1 })?
    }
    assert!(StoreError::Missing { id: 1 }.into_api_error().location().is_none());
    assert_eq!(handler().unwrap_err().location().unwrap().file(), file!());
    assert_eq!(StoreError::TYPES.iter().count(), 7, "six of its own and one of `InnerError`");
}
