//! A body that is checked by hand, without pointers, with the names of Rust.

use std::fmt::Write;
use std::hint::black_box;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationErrors};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignUp {
    full_name: String,
    about: String,
    age: u8,
}

pub(crate) async fn unchecked(Json(sign_up): Json<SignUp>) -> &'static str {
    black_box(sign_up);
    "ok"
}

pub(crate) async fn refused(Json(sign_up): Json<SignUp>) -> StatusCode {
    black_box(sign_up);
    StatusCode::BAD_REQUEST
}

/// Reads the body as [`unchecked`] does, and responds to a wrong one with a bare status.
pub(crate) async fn refused_wrong_type(
    sign_up: Result<Json<SignUp>, JsonRejection>,
) -> Result<&'static str, StatusCode> {
    black_box(sign_up).map(|_| "ok").map_err(|_| StatusCode::BAD_REQUEST)
}

/// Responds to a wrong body with the text of serde's error, which contains what was submitted.
pub(crate) async fn wrong_type(
    sign_up: Result<Json<SignUp>, JsonRejection>,
) -> Result<&'static str, Response> {
    black_box(sign_up).map(|_| "ok").map_err(|rejection| {
        let detail = rejection.body_text();
        problem(format!(
            r#"{{"type":"{TYPE}","title":"{TITLE}","status":400,"detail":{detail:?}}}"#
        ))
    })
}

pub(crate) async fn with_ifs(Json(sign_up): Json<SignUp>) -> Result<&'static str, Response> {
    let mut errors = String::new();
    let mut tell = |field: &str, code: &str, detail: &str| {
        let comma = if errors.is_empty() { "" } else { "," };
        let _ =
            write!(errors, r#"{comma}{{"field":"{field}","code":"{code}","detail":"{detail}"}}"#);
    };
    if !(1..=80).contains(&sign_up.full_name.chars().count()) {
        tell("full_name", "length", "must be 1 to 80 characters long");
    }
    if sign_up.about.chars().count() > 500 {
        tell("about", "length", "must be at most 500 characters long");
    }
    if !(18..=99).contains(&sign_up.age) {
        tell("age", "range", "must be between 18 and 99");
    }
    black_box(sign_up);
    match errors.is_empty() {
        true => Ok("ok"),
        false => Err(problem(format!(
            r#"{{"type":"{TYPE}","title":"{TITLE}","status":400,"errors":[{errors}]}}"#
        ))),
    }
}

const TYPE: &str = "/problems/validation_failed";
const TITLE: &str = "Validation failed";

fn problem(body: impl IntoResponse) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::BAD_REQUEST, content_type, body).into_response()
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Validated {
    #[validate(length(min = 1, max = 80))]
    full_name: String,
    #[validate(length(max = 500))]
    about: String,
    #[validate(range(min = 18, max = 99))]
    age: u8,
}

#[derive(Serialize)]
struct Problem<'e> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    errors: Vec<ErrorBody<'e>>,
}

#[derive(Serialize)]
struct ErrorBody<'e> {
    field: &'e str,
    code: &'e str,
}

pub(crate) async fn with_validator(
    Json(sign_up): Json<Validated>,
) -> Result<&'static str, Response> {
    match black_box(sign_up).validate() {
        Ok(()) => Ok("ok"),
        Err(errors) => Err(reported(&errors)),
    }
}

fn reported(errors: &ValidationErrors) -> Response {
    let fields = errors.field_errors();
    let errors = fields.iter().flat_map(|(field, errors)| {
        errors.iter().map(|error| ErrorBody { field: field.as_ref(), code: error.code.as_ref() })
    });
    let body = Problem { r#type: TYPE, title: TITLE, status: 400, errors: errors.collect() };
    let body = serde_json::to_vec(&body).expect("it is JSON");
    problem(body)
}
