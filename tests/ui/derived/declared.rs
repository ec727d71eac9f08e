//! Tests of handlers that declare their errors.

use std::panic::Location;

use definable_errors::problem::{
    CONFLICT, ErrorStatus, ProblemType, ProblemTypes, SERVICE_UNAVAILABLE,
};
use definable_errors::{ApiError, Declared, IntoApiError, ResultExt};

static ORDER_LOCKED: ProblemType =
    ProblemType::new("order_locked", ErrorStatus::LOCKED, "Order locked");

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order", declares(CONFLICT, definable_errors::problem::GONE, ORDER_LOCKED))]
enum OrderError {
    #[error("order {0} does not exist")]
    #[api(status = 404)]
    NotFound(u64),
    #[error("reading failed")]
    #[api(status = 503)]
    Read(#[from] std::io::Error),
}

/// It has an internal error of its own.
#[derive(Debug, thiserror::Error, ApiError)]
#[error("lost")]
#[api(status = 500, declares(SERVICE_UNAVAILABLE))]
struct LostError;

fn find(id: u64) -> Result<u64, OrderError> {
    if id == 0 { Err(OrderError::NotFound(id)) } else { Ok(id) }
}

fn handler(id: u64) -> Result<(), Declared<OrderError>> {
    let id = find(id)?;
    if id == 1 {
        std::fs::read("/no/such/file").or_declared()?;
    }
    if id == 2 {
        "x".parse::<u8>().or_internal()?;
    }
    if id == 3 {
        return Err(ApiError::conflict("Taken.").into());
    }
    if id == 4 {
        Err(ApiError::forbidden("No."))?;
    }
    Err(ApiError::new(&ORDER_LOCKED))?
}

fn failed(id: u64) -> ApiError {
    handler(id).unwrap_err().into()
}

fn codes<E: ProblemTypes>() -> Vec<&'static str> {
    E::TYPES.iter().map(ProblemType::code).collect()
}

#[test]
fn declared_types_are_those_of_the_error_and_internal_error_once() {
    let own = ["order_not_found", "service_unavailable", "conflict", "gone", "order_locked"];
    assert_eq!(codes::<OrderError>(), own);
    let expected: Vec<_> = own.into_iter().chain(["internal_error"]).collect();
    assert_eq!(codes::<Declared<OrderError>>(), expected);
    assert_eq!(codes::<Declared<LostError>>(), ["internal_error", "service_unavailable"]);
}

#[test]
fn declared_error_keeps_the_place_of_every_question_mark() {
    let lines: Vec<_> = (0..5)
        .map(|id| {
            let error = failed(id);
            let location = error.location().unwrap();
            assert_eq!(location.file(), file!());
            location.line()
        })
        .collect();
    assert_eq!(lines, [35, 37, 40, 43, 46]);
}

#[test]
fn error_of_a_library_becomes_the_declared_one() {
    let error = failed(1);
    assert_eq!(error.problem().code(), "service_unavailable");
    assert_eq!(error.internal_code(), Some("order_read"));
    assert!(error.downcast_ref::<std::io::Error>().is_some());
}

#[test]
fn undeclared_error_built_by_hand_is_sent_and_noted() {
    let notes = |id| failed(id).notes().map(str::to_owned).collect::<Vec<_>>();
    for declared in [0, 1, 2, 3, 5] {
        assert_eq!(notes(declared), [""; 0], "{declared}");
    }
    assert_eq!(notes(4), ["undeclared: `forbidden`"]);
    assert_eq!(failed(4).problem().detail(), "No.");
    assert_eq!(failed(5).problem().code(), "order_locked");
}

#[test]
fn declared_error_converts_into_an_erased_one() {
    fn outer() -> Result<(), ApiError> {
        handler(0)?;
        Ok(())
    }
    let error = outer().unwrap_err();
    assert_eq!(error.problem().code(), "order_not_found");
    assert_eq!(error.location().unwrap().line(), 35);
    let here = Location::caller().line();
    let error = Declared::<LostError>::from(LostError).into_api_error();
    assert_eq!(error.location().unwrap().line(), here + 1);
}
