//! A body that is checked by hand, without pointers, with the names of Rust.

use std::fmt::Write;
use std::hint::black_box;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

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
    if errors.is_empty() {
        Ok("ok")
    } else {
        Err(problem(format!(
            r#"{{"type":"{TYPE}","title":"{TITLE}","status":400,"errors":[{errors}]}}"#
        )))
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

/// Responds to broken rules with the names of Rust and the codes alone.
pub(crate) async fn with_validator_in_short(
    Json(sign_up): Json<Validated>,
) -> Result<&'static str, Response> {
    match black_box(sign_up).validate() {
        Ok(()) => Ok("ok"),
        Err(errors) => Err(in_short(&errors)),
    }
}

#[derive(Serialize)]
struct ShortProblem<'e> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    errors: Vec<ShortError<'e>>,
}

#[derive(Serialize)]
struct ShortError<'e> {
    field: &'e str,
    code: &'e str,
}

fn in_short(errors: &ValidationErrors) -> Response {
    let fields = errors.field_errors();
    let errors = fields.iter().flat_map(|(field, errors)| {
        errors.iter().map(|error| ShortError { field: field.as_ref(), code: error.code.as_ref() })
    });
    let body = ShortProblem { r#type: TYPE, title: TITLE, status: 400, errors: errors.collect() };
    problem(serde_json::to_vec(&body).expect("it is JSON"))
}

/// Responds to broken rules with all that our response contains, in the same order.
pub(crate) async fn with_validator(
    Json(sign_up): Json<Validated>,
) -> Result<&'static str, Response> {
    match black_box(sign_up).validate() {
        Ok(()) => Ok("ok"),
        Err(errors) => Err(reported(&errors)),
    }
}

#[derive(Serialize)]
struct Problem<'e> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    errors: Vec<ErrorBody<'e>>,
}

#[derive(Serialize)]
struct ErrorBody<'e> {
    r#in: &'static str,
    pointer: &'static str,
    code: &'e str,
    detail: String,
    params: Bounds,
}

/// The params of the two rules, without the submitted value, which validator adds to them.
#[derive(Serialize)]
struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u64>,
}

fn reported(errors: &ValidationErrors) -> Response {
    let fields = errors.errors();
    let mut errors = Vec::with_capacity(fields.len());
    // The hash map of validator has no order.
    for (field, pointer) in POINTERS {
        if let Some(ValidationErrorsKind::Field(found)) = fields.get(field) {
            errors.extend(found.iter().map(|error| ErrorBody::new(pointer, error)));
        }
    }
    let detail = match errors.len() {
        1 => String::from("1 field is not valid."),
        many => format!("{many} fields are not valid."),
    };
    let (status, code) = (400, "validation_failed");
    let body = Problem { r#type: TYPE, title: TITLE, status, detail, code, errors };
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let body = serde_json::to_vec(&body).expect("it is JSON");
    (StatusCode::BAD_REQUEST, headers, body).into_response()
}

/// The fields in the order of the type, with the names that clients send.
const POINTERS: [(&str, &str); 3] =
    [("full_name", "#/fullName"), ("about", "#/about"), ("age", "#/age")];

impl<'e> ErrorBody<'e> {
    fn new(pointer: &'static str, error: &'e ValidationError) -> Self {
        let bound = |name| error.params.get(name).and_then(Value::as_u64);
        let (min, max) = (bound("min"), bound("max"));
        let detail = match (&*error.code, min, max) {
            ("length", Some(min), Some(max)) => format!("must be {min} to {max} characters long"),
            ("length", None, Some(max)) => format!("must be at most {max} characters long"),
            ("range", Some(min), Some(max)) => format!("must be between {min} and {max}"),
            _ => String::from("is not valid"),
        };
        Self { r#in: "body", pointer, code: &error.code, detail, params: Bounds { min, max } }
    }
}
