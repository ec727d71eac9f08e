//! Tests of errors that are recognized among the causes of opaque ones.

use definable_errors::error::{Declared, FieldViolations};
use definable_errors::problem::{Place, Violation};
use definable_errors::{ApiError, BoxError, ResultExt};

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("no such order")]
    #[api(status = 404, code = "order_not_found")]
    NotFound,
}

#[derive(Debug, thiserror::Error, ApiError)]
enum CourierError {
    #[error("the courier is busy")]
    #[api(status = 409, code = "courier_busy")]
    Busy,
}

#[derive(Debug, thiserror::Error, ApiError)]
enum ShopError {
    #[error(transparent)]
    #[api(transparent)]
    Order(#[from] OrderError),

    #[error(transparent)]
    #[api(transparent)]
    Other(#[from] ApiError),

    #[error("the delivery failed")]
    #[api(transparent)]
    Delivery(Declared<CourierError>),
}

/// An error of a library that hides its cause.
#[derive(Debug, thiserror::Error)]
#[error("the job failed")]
struct JobError(#[source] BoxError);

fn opaque(error: impl Into<BoxError>) -> Result<(), BoxError> {
    Err(JobError(error.into()).into())
}

fn io() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("disk full"))
}

fn code(result: Result<(), ApiError>) -> &'static str {
    result.unwrap_err().problem().code()
}

#[test]
fn derived_error_is_found_below_other_errors() {
    let order = || opaque(OrderError::NotFound);
    assert_eq!(code(order().or_recognized_as::<OrderError>()), "order_not_found");
    assert_eq!(code(order().or_recognized_as::<(CourierError, OrderError)>()), "order_not_found");
    let courier = opaque(CourierError::Busy);
    assert_eq!(code(courier.or_recognized_as::<(CourierError, OrderError)>()), "courier_busy");
}

#[test]
fn error_of_another_type_is_internal() {
    let order = || opaque(OrderError::NotFound);
    assert_eq!(code(order().or_recognized_as::<CourierError>()), "internal_error");
    assert_eq!(code(order().or_recognized_as::<()>()), "internal_error");
    assert_eq!(code(order().or_recognized()), "internal_error");
    assert_eq!(
        code(opaque("text").or_recognized_as::<(CourierError, OrderError)>()),
        "internal_error"
    );
}

#[test]
fn api_error_is_found_whatever_is_looked_for() {
    let conflict = || opaque(ApiError::conflict("The parcel has already left."));
    assert_eq!(code(conflict().or_recognized()), "conflict");
    assert_eq!(code(conflict().or_recognized_as::<()>()), "conflict");
    assert_eq!(code(conflict().or_recognized_as::<CourierError>()), "conflict");
}

#[test]
fn transparent_variant_is_the_error_inside_it() {
    let found = |error: ShopError| code(opaque(error).or_recognized_as::<ShopError>());
    assert_eq!(found(OrderError::NotFound.into()), "order_not_found");
    assert_eq!(found(ApiError::conflict("The parcel has already left.").into()), "conflict");
    assert_eq!(found(ShopError::Delivery(CourierError::Busy.into())), "courier_busy");
}

#[test]
fn error_outside_the_declared_ones_is_noted() {
    let notes = |error: ApiError| {
        let error = Declared::<OrderError>::from(error);
        error.as_api_error().notes().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(notes(OrderError::NotFound.into()).is_empty());
    assert!(notes(io().or_internal().unwrap_err()).is_empty());
    assert_eq!(notes(CourierError::Busy.into()), ["undeclared: `courier_busy`"]);
}

#[test]
fn every_list_of_violations_has_all_its_violations() {
    let violation = || Violation::new(Place::Query("page".into()), "too_small", "is too small");
    let one = violation();
    assert_eq!(one.violations().len(), 1);
    assert_eq!([violation(), violation()].violations().len(), 2);
    assert_eq!([violation(), violation()][..].violations().len(), 2);
    assert_eq!(vec![violation(); 3].violations().len(), 3);
    assert_eq!(Some(violation()).violations().len(), 1);
    assert!(None::<Violation>.violations().is_empty());
}
