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
    rows(scenario, StatusCode::OK, |answer| assert_eq!(answer.body, "ok"))
}

pub(super) fn invalid() -> Scenario {
    let scenario = Scenario::new(INVALID, 400, bad)
        .row("axum's `Json`, bare status", || router(by_hand_sign_up::refused));
    rows(scenario, StatusCode::UNPROCESSABLE_ENTITY, assert_violations)
}

fn rows(scenario: Scenario, kit: StatusCode, proof: fn(&Answer)) -> Scenario {
    scenario
        .row("by hand: plain ifs, one `write!`", || router(by_hand_sign_up::with_ifs))
        .row(Row::BY_HAND_VALIDATOR, || router(by_hand_sign_up::with_validator))
        .row_saying(kit, "axum-api-kit `ValidatedJson`, echoes values", || {
            router(axum_api_kit::sign_up)
        })
        .row("axum-valid with validator, echoes values", || router(axum_valid::by_validator))
        .row("axum-valid with garde", || router(axum_valid::by_garde))
        .ours_as(Row::OURS_VALIDATOR, || router(ours_sign_up::by_validator), proof)
        .ours_as(Row::OURS_GARDE, || router(ours_sign_up::by_garde), proof)
        .ours(|| router(ours_sign_up::by_hand), proof)
}

fn assert_violations(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body = answer.json();
    assert_eq!((&body["code"], &body["status"]), (&"validation_failed".into(), &400.into()));
    assert_eq!(body["detail"], "2 fields are not valid.");
    let mut reported: Vec<_> = body["errors"].as_array().expect("there are violations").clone();
    reported.sort_by_key(|violation| violation["pointer"].to_string());
    assert_eq!((&reported[0]["pointer"], &reported[0]["code"]), (&"#/age".into(), &"range".into()));
    assert_eq!(reported[0]["params"]["min"], 18);
    assert_eq!(
        (&reported[1]["pointer"], &reported[1]["code"]),
        (&"#/fullName".into(), &"length".into())
    );
    assert_eq!(reported[1]["params"]["min"], 1);
}

fn good() -> Request<Body> {
    request::sign_up(r#"{"fullName":"Ada Lovelace","about":"writes programs","age":36}"#)
}

fn bad() -> Request<Body> {
    request::sign_up(r#"{"fullName":"","about":"writes programs","age":12}"#)
}

fn router<H: Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/sign-ups", post(handler))
}
