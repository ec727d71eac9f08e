//! Assertions about every rejection, as the client receives it.

use axum::response::IntoResponse;
use definable_errors::ApiError;
use futures_util::FutureExt;
use http::header;
use http_body_util::BodyExt;
use serde_json::{Map, Value};

use super::submitted::{Submitted, path_of};

const MEMBERS: [&str; 8] =
    ["type", "title", "status", "detail", "code", "errors", "truncated", "limit"];

/// The longest pointer; a longer place is cut at a parent that fits.
const LONGEST_PLACE: usize = 512;

/// The codes that a violation of a type may have.
const CODES: [&str; 8] =
    ["required", "type", "unknown_field", "one_of", "range", "length", "duplicate", "invalid"];

/// Asserts that a rejection is a problem whose places are well-formed and exist, or are missing
/// where something is required, and that it contains nothing else that was submitted.
pub(super) fn check_refusal(error: ApiError, submitted: &Submitted, canaries: &[String]) {
    let body = received(error);
    let violations = body
        .get("errors")
        .map_or(&[][..], |errors| errors.as_array().expect("a list of violations").as_slice());
    assert_eq!(body["code"] == "validation_failed", !violations.is_empty(), "{body:?}");
    assert!(violations.len() <= 100);
    if let Some(truncated) = body.get("truncated") {
        assert!(truncated == true && violations.len() == 100, "{body:?}");
    }
    check_reported(&body["detail"], canaries);
    for violation in violations {
        check_violation(violation, submitted, canaries);
    }
}

/// Returns the members of the body, after comparing them with the head.
fn received(error: ApiError) -> Map<String, Value> {
    let (parts, body) = error.into_response().into_parts();
    assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json");
    let bytes = body.collect().now_or_never().expect("it is there").expect("it is whole");
    let body: Map<_, _> = serde_json::from_slice(&bytes.to_bytes()).expect("it is an object");
    let code = body["code"].as_str().expect("a code");
    let status = match code {
        "malformed_body" | "validation_failed" | "bad_request" => 400,
        "payload_too_large" => 413,
        "unsupported_media_type" => 415,
        _ => panic!("{code}"),
    };
    assert_eq!((parts.status.as_u16(), &body["status"]), (status, &status.into()));
    assert_eq!(body["type"], format!("/problems/{code}"));
    assert!(body.keys().all(|name| MEMBERS.contains(&&**name)), "{body:?}");
    body
}

fn check_violation(violation: &Value, submitted: &Submitted, canaries: &[String]) {
    let code = violation["code"].as_str().expect("a code");
    assert!(CODES.contains(&code), "{code}");
    check_reported(&violation["detail"], canaries);
    if let Some(params) = violation.get("params") {
        check_reported(params, canaries);
    }
    let path = match violation["in"].as_str().expect("a part of the request") {
        "body" | "form" => {
            let pointer = violation["pointer"].as_str().expect("a pointer");
            check_pointer(pointer);
            path_of(pointer)
        }
        "query" => Vec::from_iter(violation["name"].as_str().map(str::to_owned)),
        other => panic!("{other}"),
    };
    check_path(code, &path, submitted);
}

fn check_reported(reported: &Value, canaries: &[String]) {
    match reported {
        Value::Array(reported) => {
            for item in reported {
                check_reported(item, canaries);
            }
        }
        Value::Object(reported) => {
            for item in reported.values() {
                check_reported(item, canaries);
            }
        }
        reported => {
            let reported = reported.as_str().map_or_else(|| reported.to_string(), str::to_owned);
            let is_logged = |canary: &&String| reported.contains(canary.as_str());
            assert_eq!(canaries.iter().find(is_logged), None, "{reported}");
        }
    }
}

/// Asserts that a pointer conforms to RFC 6901 as a URI fragment.
fn check_pointer(pointer: &str) {
    let rest = pointer.strip_prefix('#').expect("a fragment");
    assert!(rest.is_empty() || rest.starts_with('/'), "{pointer}");
    assert!(pointer.len() <= LONGEST_PLACE, "{pointer}");
    assert!(pointer.bytes().all(|byte| byte.is_ascii_graphic()), "{pointer}");
    for (at, _) in rest.match_indices('~') {
        assert!(matches!(rest.as_bytes().get(at + 1), Some(b'0' | b'1')), "{pointer}");
    }
}

fn check_path(code: &str, path: &[String], submitted: &Submitted) {
    match code {
        // The whole of a query has no name, and a long place is cut at a parent that fits.
        _ if path.concat().is_empty() => {}
        "required" => {
            let is_cut = submitted.is_longer_than(LONGEST_PLACE / 4) && submitted.has(path);
            assert!(is_cut || submitted.lacks(path), "{path:?} is there");
        }
        code => assert!(submitted.has(path), "{code} at {path:?}, where nothing is"),
    }
}
