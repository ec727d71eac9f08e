//! Reads a body, and asserts which violations are reported.

use std::any::type_name;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use definable_errors::ApiError;
use definable_errors::extract::Json;
use definable_errors::problem::Place;
use futures_util::FutureExt;
use serde::de::DeserializeOwned;

/// Returns the result of `Json` for a body.
pub(crate) fn extracted<T: DeserializeOwned + Send>(body: &str) -> Result<Json<T>, ApiError> {
    extracted_as(body)
}

/// Returns the result of a JSON extractor for a body.
pub(crate) fn extracted_as<E: FromRequest<(), Rejection = ApiError>>(
    body: &str,
) -> Result<E, ApiError> {
    let request = Request::post("/")
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    E::from_request(request, &()).now_or_never().unwrap()
}

/// Returns the pointer and code of every violation, as `#/qty range`.
pub(crate) fn reported<T: DeserializeOwned + Send>(body: &str) -> Vec<String> {
    let Err(error) = extracted::<T>(body) else {
        return Vec::new();
    };
    let reported = |violation: &definable_errors::problem::Violation| match violation.place() {
        Place::Body(pointer) => format!("{pointer} {}", violation.code()),
        other => format!("{other:?} {}", violation.code()),
    };
    match error.problem().violations() {
        [] => vec![format!("{} {}", error.problem().code(), error.problem().detail())],
        violations => violations.iter().map(reported).collect(),
    }
}

/// Asserts that exactly the expected violations are reported, in order.
#[track_caller]
pub(crate) fn finds<T: DeserializeOwned + Send>(body: &str, expected: &[&str]) {
    assert_eq!(reported::<T>(body), expected, "{} from {body}", type_name::<T>());
}

/// Asserts that the extractor accepts the body, as serde does.
#[track_caller]
pub(crate) fn takes<T: DeserializeOwned + Send>(body: &str) {
    assert_eq!(reported::<T>(body), [""; 0], "{} from {body}", type_name::<T>());
}
