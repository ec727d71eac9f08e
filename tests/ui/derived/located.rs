//! Tests of the locations of errors.

use std::io;
use std::panic::Location;

use definable_errors::error::SourceLocation;
use definable_errors::{ApiError, BoxError, Declared, IntoApiError, ResultExt};

#[derive(Debug, thiserror::Error, ApiError)]
enum StoreError {
    #[error("reading failed")]
    #[api(status = 500)]
    Read {
        #[source]
        #[api(from)]
        source: io::Error,
        #[api(location)]
        at: SourceLocation,
    },
    #[error("the number is not valid")]
    #[api(status = 400)]
    Number {
        #[api(location)]
        at: SourceLocation,
    },
    #[error("text")]
    #[api(status = 500)]
    Text(#[from] std::num::ParseIntError),
    #[error(transparent)]
    #[api(transparent)]
    Other(#[from] ApiError),
}

fn broken() -> io::Result<()> {
    Err(io::Error::other("disk"))
}

fn line(error: &ApiError) -> Option<u32> {
    let location = error.location()?;
    assert_eq!(location.file(), file!());
    Some(location.line())
}

#[test]
fn location_of_a_variant_is_the_place_of_its_question_mark() {
    fn handler() -> Result<(), StoreError> {
        broken()?;
        Ok(())
    }
    let here = Location::caller().line();
    assert_eq!(line(&handler().unwrap_err().into_api_error()), Some(here - 3));
}

#[test]
fn first_place_of_an_error_counts() {
    fn inner() -> Result<(), StoreError> {
        Ok(broken()?)
    }
    fn handler() -> Result<(), ApiError> {
        inner()?;
        Ok(())
    }
    let here = Location::caller().line();
    assert_eq!(line(&handler().unwrap_err()), Some(here - 6));
}

#[test]
fn api_error_in_a_variant_keeps_its_original_location() {
    fn handler() -> Result<(), StoreError> {
        broken().or_internal()?;
        Ok(())
    }
    let here = Location::caller().line();
    assert_eq!(line(&handler().unwrap_err().into_api_error()), Some(here - 3));
}

#[test]
fn location_filled_by_hand_is_kept_on_a_4xx() {
    let here = Location::caller().line();
    let error = StoreError::Number { at: SourceLocation::caller() }.into_api_error();
    assert_eq!(line(&error), Some(here + 1));
    assert_eq!(error.problem().detail(), "the number is not valid");
}

fn failed<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[test]
fn place_inside_core_is_never_kept() {
    let text = || "x".parse::<u8>().unwrap_err();
    let error = failed(StoreError::Text(text())).map_err(ApiError::from).unwrap_err();
    assert_eq!(error.location(), None);
    let error = broken().map_err(StoreError::from).unwrap_err().into_api_error();
    assert_eq!(error.location(), None);
    let error = failed(text()).map_err(StoreError::from).map_err(Declared::from);
    assert_eq!(
        ApiError::from(error.unwrap_err()).location().map(SourceLocation::file),
        Some(file!())
    );
}

#[test]
fn later_place_counts_if_the_first_is_inside_core() {
    fn handler() -> Result<(), ApiError> {
        broken().map_err(StoreError::from)?;
        Ok(())
    }
    let here = Location::caller().line();
    assert_eq!(line(&handler().unwrap_err()), Some(here - 3));
}

#[test]
fn place_of_a_function_pointer_is_never_in_this_library() {
    let convert: fn(StoreError) -> ApiError = ApiError::from;
    let error = convert(StoreError::Text("x".parse::<u8>().unwrap_err()));
    assert_eq!(error.location(), None);
}

#[test]
fn place_of_a_method_that_converts_is_the_place_of_its_call() {
    let number = || "x".parse::<u8>();
    let here = Location::caller().line();
    let errors = [
        number().or_internal().unwrap_err(),
        number().or_bad_request("b").unwrap_err(),
        number().or_not_found("n").unwrap_err(),
        number().or_forbidden("f").unwrap_err(),
        number().or_conflict("c").unwrap_err(),
        number().or_unprocessable("u").unwrap_err(),
        number().or_problem(&definable_errors::problem::GONE).unwrap_err(),
        number().or_problem_with(&definable_errors::problem::GONE, "g").unwrap_err(),
        number().or_recognized().unwrap_err(),
        number().map_err(BoxError::from).or_recognized_as::<StoreError>().unwrap_err(),
        ApiError::from(number().or_declared::<StoreError>().unwrap_err()),
        None::<u8>.or_internal().unwrap_err(),
        None::<u8>.or_not_found("n").unwrap_err(),
        None::<u8>.or_conflict("c").unwrap_err(),
        None::<u8>.or_problem(&definable_errors::problem::GONE).unwrap_err(),
        None::<u8>.or_problem_with(&definable_errors::problem::GONE, "g").unwrap_err(),
    ];
    let lines: Vec<_> = errors.iter().map(|error| line(error).unwrap() - here).collect();
    assert_eq!(lines, (2..18).collect::<Vec<_>>());
}

#[test]
fn detail_of_a_method_that_converts_is_public_only_for_a_4xx() {
    use definable_errors::problem::{GONE, SERVICE_UNAVAILABLE};
    let number = || "x".parse::<u8>();
    let reported = |error: ApiError| {
        assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
        let problem = error.problem();
        (problem.status().as_u16(), problem.code(), problem.detail().to_owned())
    };
    let expected = |status, code, detail: &str| (status, code, detail.to_owned());
    let text = "Say it in digits.";
    assert_eq!(
        reported(number().or_bad_request(text).unwrap_err()),
        expected(400, "bad_request", text)
    );
    assert_eq!(
        reported(number().or_forbidden(text).unwrap_err()),
        expected(403, "forbidden", text)
    );
    assert_eq!(reported(number().or_conflict(text).unwrap_err()), expected(409, "conflict", text));
    let error = number().or_unprocessable(text).unwrap_err();
    assert_eq!(reported(error), expected(422, "unprocessable", text));
    let error = number().or_problem_with(&GONE, text).unwrap_err();
    assert_eq!(reported(error), expected(410, "gone", text));
    let error = number().or_problem_with(&SERVICE_UNAVAILABLE, "db-7 is down").unwrap_err();
    let usual = SERVICE_UNAVAILABLE.detail();
    assert_eq!(reported(error), expected(503, "service_unavailable", usual));
}
