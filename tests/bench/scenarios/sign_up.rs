//! Bodies that are valid, of a wrong type, or break rules.

use axum::Router;
use axum::body::Body;
use axum::handler::Handler;
use axum::routing::post;
use definable_errors::ApiErrorLayer;
use http::{Request, StatusCode};

use super::request;
use crate::peers::{axum_api_kit, axum_valid, by_hand_sign_up, ours_sign_up};
use crate::row::{Answer, Row, Scenario};

pub(crate) const VALID: &str = "valid JSON body, `Valid<Json<T>>`";
pub(crate) const INVALID: &str = "invalid JSON body, two broken rules of three fields";

pub(crate) const WRONG_TYPE: &str =
    "invalid JSON body, one wrong type of three fields, through the layer";

pub(super) fn wrong_type() -> Scenario {
    Scenario::new(WRONG_TYPE, 400, || {
        request::sign_up_with_ids(
            r#"{"fullName":"Ada Lovelace","about":"writes programs","age":"x"}"#,
        )
    })
    .row("axum's `Json`, bare status", || router(by_hand_sign_up::refused_wrong_type))
    .row("by hand: the text of serde's error, one `write!`", || router(by_hand_sign_up::wrong_type))
    .ours(|| router(ours_sign_up::unchecked).layer(ApiErrorLayer::new()), assert_wrong_type)
}

fn assert_wrong_type(answer: &Answer) {
    let body = answer.json();
    assert_eq!((&body["code"], &body["status"]), (&"validation_failed".into(), &400.into()));
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(body["errors"][0]["pointer"], "#/age");
    assert_eq!(body["errors"][0]["code"], "type");
    assert_eq!(body["errors"][0]["params"]["expected"], "integer");
    assert_eq!(body["request_id"], request::REQUEST_ID);
    assert_eq!(body["trace_id"], request::TRACE_ID);
}

pub(super) fn valid() -> Scenario {
    let scenario = Scenario::new(VALID, 200, good)
        .row("axum's `Json`, no rules", || router(by_hand_sign_up::unchecked));
    rows(scenario, StatusCode::OK, [assert_ok; 2])
}

pub(super) fn invalid() -> Scenario {
    let scenario = Scenario::new(INVALID, 400, bad)
        .row("axum's `Json`, bare status", || router(by_hand_sign_up::refused));
    rows(
        scenario,
        StatusCode::UNPROCESSABLE_ENTITY,
        [assert_violations, assert_violations_of_garde],
    )
}

/// Adds the rows; the second proof is for garde, which reports only the bound that is exceeded.
fn rows(scenario: Scenario, kit: StatusCode, [proof, of_garde]: [fn(&Answer); 2]) -> Scenario {
    scenario
        .row("by hand: plain ifs, one `write!`", || router(by_hand_sign_up::with_ifs))
        .row("by hand: validator, names and codes alone", || {
            router(by_hand_sign_up::with_validator_in_short)
        })
        .row_proved(Row::BY_HAND_VALIDATOR, || router(by_hand_sign_up::with_validator), proof)
        .row_saying(kit, "axum-api-kit `ValidatedJson`, echoes values", || {
            router(axum_api_kit::sign_up)
        })
        .row("axum-valid with validator, echoes values", || router(axum_valid::by_validator))
        .row("axum-valid with garde", || router(axum_valid::by_garde))
        .row_proved(Row::OURS_VALIDATOR, || router(ours_sign_up::by_validator), proof)
        .row_proved(Row::OURS_GARDE, || router(ours_sign_up::by_garde), of_garde)
        .ours(|| router(ours_sign_up::by_hand), proof)
}

fn assert_ok(answer: &Answer) {
    assert_eq!(answer.body, "ok");
}

fn assert_violations(answer: &Answer) {
    assert_problem(answer, VIOLATIONS);
}

fn assert_violations_of_garde(answer: &Answer) {
    assert_problem(answer, VIOLATIONS_OF_GARDE);
}

fn assert_problem(answer: &Answer, violations: &str) {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let head = concat!(
        r#"{"type":"/problems/validation_failed","title":"Validation failed","status":400,"#,
        r#""detail":"2 fields are not valid.","code":"validation_failed","errors":"#,
    );
    assert_eq!(std::str::from_utf8(&answer.body), Ok(&*format!("{head}{violations}}}")));
}

const VIOLATIONS: &str = concat!(
    r##"[{"in":"body","pointer":"#/fullName","code":"length","##,
    r#""detail":"must be 1 to 80 characters long","params":{"min":1,"max":80}},"#,
    r##"{"in":"body","pointer":"#/age","code":"range","##,
    r#""detail":"must be between 18 and 99","params":{"min":18,"max":99}}]"#,
);

const VIOLATIONS_OF_GARDE: &str = concat!(
    r##"[{"in":"body","pointer":"#/fullName","code":"length","##,
    r#""detail":"must have a length of at least 1","params":{"min":1}},"#,
    r##"{"in":"body","pointer":"#/age","code":"range","##,
    r#""detail":"must be at least 18","params":{"min":18}}]"#,
);

fn good() -> Request<Body> {
    request::sign_up(r#"{"fullName":"Ada Lovelace","about":"writes programs","age":36}"#)
}

fn bad() -> Request<Body> {
    request::sign_up(r#"{"fullName":"","about":"writes programs","age":12}"#)
}

fn router<H: Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/sign-ups", post(handler))
}
