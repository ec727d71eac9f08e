//! What every response must be, and what the response to a case must be.

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::Value;

use super::CANARY;
use super::ask::{REQUEST_ID, is_problem, json, text};
use super::cases::{Case, Expected};
use super::findings::{Findings, Promise};
use super::server::SECRET;
use super::world::{PASSWORD, World};

/// Checks a response to a case.
pub(super) fn check(
    findings: &Findings,
    world: &World,
    case: &Case,
    sent_id: Option<&str>,
    response: &Response<Bytes>,
) {
    let shown = || shown(&case.name(), response);
    check_any(findings, world, &case.name(), response);
    let id = text(response.headers(), REQUEST_ID);
    let is_same = sent_id.is_none_or(|sent| sent == id);
    findings.check(Promise::RequestId, is_same, shown);
    let (status, body) = (response.status().as_u16(), json(response.body()));
    let is_stored = matches!(case.expected, Expected::Stored(..));
    // The problem of a job has the ids of the request that started it, under which it was reported.
    let is_same = status < 400 || is_stored || body["request_id"] == id;
    findings.check(Promise::SameRequestId, is_same, shown);
    findings.check(Promise::Expected, is_expected(case.expected, status, &body), shown);
    let is_provoked = matches!(case.expected, Expected::Provoked(..) | Expected::Stored(..));
    findings.check(Promise::NoServerError, status < 500 || is_provoked, shown);
}

/// Checks what all responses have in common, whatever the request was.
pub(super) fn check_any(
    findings: &Findings,
    world: &World,
    name: &str,
    response: &Response<Bytes>,
) {
    let (headers, status) = (response.headers(), response.status().as_u16());
    let shown = || shown(name, response);
    findings.check(Promise::RequestId, !text(headers, REQUEST_ID).is_empty(), shown);
    findings.check(Promise::Secret, !has_secret(headers, response.body()), shown);
    if status < 400 {
        return;
    }
    let body = json(response.body());
    findings.check(Promise::Problem, is_problem(headers) && body["status"] == status, shown);
    let code = body["code"].as_str().unwrap_or_default();
    findings.check(Promise::KnownCode, world.codes.contains(code), shown);
}

/// Checks a problem in a message of a socket.
pub(super) fn check_message(findings: &Findings, world: &World, case: &Case, message: &Value) {
    let problem = &message["problem"];
    let status = problem["status"].as_u64().and_then(|it| it.try_into().ok()).unwrap_or(0);
    let shown = || format!("{}: {message}", case.name());
    findings.check(Promise::Expected, is_expected(case.expected, status, problem), shown);
    let code = problem["code"].as_str().unwrap_or_default();
    findings.check(Promise::KnownCode, world.codes.contains(code), shown);
    findings.check(Promise::Secret, !message.to_string().contains(CANARY), shown);
}

fn is_expected(expected: Expected, status: u16, body: &Value) -> bool {
    match expected {
        Expected::Success(success) => status == success,
        Expected::Only(only, code)
        | Expected::Provoked(only, code)
        | Expected::Stored(only, code) => status == only && body["code"] == code,
        Expected::Problem(problems) => {
            problems.iter().any(|(one, code)| status == *one && body["code"] == *code)
        }
    }
}

fn has_secret(headers: &HeaderMap, body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    let values = headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()));
    values.chain([body]).any(|text| [CANARY, PASSWORD, SECRET].iter().any(|it| text.contains(it)))
}

fn shown(name: &str, response: &Response<Bytes>) -> String {
    let body = String::from_utf8_lossy(response.body());
    let body: String = body.chars().take(400).collect();
    format!("{name}: {} {:?} {body}", response.status(), response.headers())
}
