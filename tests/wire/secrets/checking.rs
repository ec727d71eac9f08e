//! Input that clients submit and rules reject: every rule of every crate checks the canary.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::ApiError;
use definable_errors::extract::{
    AsyncRules, Form, Garde, Inputs, Json, Query, Rules, Valid, ValidAsync, Violations,
};
use http::{Method, Request};
use support::request;
use validator::{Validate, ValidationError};

#[derive(serde::Deserialize, Validate)]
#[validate(schema(function = "whole", skip_on_field_errors = false))]
#[serde(default)]
struct ByValidator {
    #[validate(length(max = 1))]
    length: String,
    #[validate(length(max = 0))]
    items: Vec<String>,
    #[validate(email)]
    email: String,
    #[validate(url)]
    url: String,
    #[validate(ip)]
    ip: String,
    #[validate(contains(pattern = "?"))]
    contains: String,
    #[validate(does_not_contain(pattern = "canary"))]
    does_not_contain: String,
    #[validate(must_match(other = "length", code = "other"))]
    other: String,
    #[validate(must_match(other = "empty"))]
    must_match: String,
    #[validate(range(max = 1))]
    number: u64,
    #[validate(custom(function = "talkative"))]
    custom: String,
    #[validate(custom(function = "talkative_about_maps"))]
    map: BTreeMap<String, String>,
    empty: String,
}

impl Default for ByValidator {
    fn default() -> Self {
        let canary = || String::from("hunter2-canary");
        Self {
            length: canary(),
            items: vec![canary()],
            email: canary(),
            url: canary(),
            ip: canary(),
            contains: canary(),
            does_not_contain: canary(),
            other: "hunter2-other".into(),
            must_match: canary(),
            number: 271_828,
            custom: canary(),
            map: BTreeMap::from([("key".into(), canary())]),
            empty: String::new(),
        }
    }
}

/// Puts the value into every place of an error where an author might put it by mistake.
fn talkative(value: &str) -> Result<(), ValidationError> {
    let mut error = ValidationError::new("custom");
    error.add_param("given".into(), &value);
    error.add_param("other".into(), &value);
    error.add_param("quoted".into(), &format!("not «{value}»"));
    error.add_param("nested".into(), &[[value]]);
    Err(error)
}

fn talkative_about_maps(map: &BTreeMap<String, String>) -> Result<(), ValidationError> {
    talkative(&map["key"])
}

fn whole(_: &ByValidator) -> Result<(), ValidationError> {
    Err(ValidationError::new("whole"))
}

#[derive(serde::Deserialize, garde::Validate)]
#[serde(default)]
struct ByGarde {
    #[garde(length(max = 1))]
    length: String,
    #[garde(length(max = 0))]
    items: Vec<String>,
    #[garde(email)]
    email: String,
    #[garde(url)]
    url: String,
    #[garde(ip)]
    ip: String,
    #[garde(contains("?"))]
    contains: String,
    #[garde(prefix("?"), suffix("?"))]
    ends: String,
    #[garde(alphanumeric, pattern("^[0-9]$"))]
    pattern: String,
    #[garde(ascii)]
    ascii: String,
    #[garde(matches(length))]
    matches: String,
    #[garde(range(max = 1))]
    number: u64,
    #[garde(custom(silent))]
    custom: String,
}

impl Default for ByGarde {
    fn default() -> Self {
        let canary = || String::from("hunter2-canary");
        Self {
            length: canary(),
            items: vec![canary()],
            email: canary(),
            url: canary(),
            ip: canary(),
            contains: canary(),
            ends: canary(),
            pattern: canary(),
            ascii: "hunter2-cänary".into(),
            matches: "hunter2-other".into(),
            number: 271_828,
            custom: canary(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde calls it so")]
fn silent(_: &str, (): &()) -> garde::Result {
    Err(garde::Error::new("must be something else"))
}

#[derive(serde::Deserialize)]
#[serde(default)]
struct ByHand {
    text: String,
    number: u64,
}

impl Default for ByHand {
    fn default() -> Self {
        Self { text: "hunter2-canary".into(), number: 271_828 }
    }
}

impl Rules for ByHand {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("number", &self.number).range(..=1);
        violations.field("text", &self.text).length(..=1).one_of(["a", "b"]);
        violations.report("text").required();
        violations.report("text").items(..=1);
        violations.report("text").email();
        violations.report("text").url();
        violations.report("text").pattern();
        violations.report("text").duplicate();
        violations.report("text").code("own").detail("must be ours");
    }
}

/// A type whose synchronous rules pass and whose asynchronous rules fail.
#[derive(serde::Deserialize)]
struct Asking(ByHand);

impl Rules for Asking {
    fn check(&self, (): (), _: &mut Violations<'_>) {}
}

impl AsyncRules<()> for Asking {
    async fn check_async(&self, (): &(), violations: &mut Violations<'_>) -> Result<(), ApiError> {
        self.0.check((), violations);
        Ok(())
    }
}

pub(super) fn app() -> Router {
    type Both = Inputs<(Valid<Query<ByHand>>, Valid<Json<ByValidator>>)>;
    Router::new()
        .route("/validator", post(|_: Valid<Json<ByValidator>>| async {}))
        .route("/validator", on_get(|_: Valid<Query<ByValidator>>| async {}))
        .route("/garde", post(|_: Valid<Json<Garde<ByGarde>>>| async {}))
        .route("/garde", on_get(|_: Valid<Query<Garde<ByGarde>>>| async {}))
        .route("/by-hand", post(|_: Valid<Json<ByHand>>| async {}))
        .route("/by-hand", on_get(|_: Valid<Query<ByHand>>| async {}))
        .route("/asking", post(|_: ValidAsync<Json<Asking>>| async {}))
        .route("/form", post(|_: Valid<Form<ByValidator>>| async {}))
        .route("/inputs", post(|_: Both| async {}))
}

/// The values that clients omit are canaries, as are those that they send.
const CASES: [(Method, &str, &str, &str); 12] = [
    (Method::POST, "/validator", "application/json", "{}"),
    (Method::POST, "/validator", "application/json", "{\"length\":\"hunter2\",\"email\":271828}"),
    (Method::POST, "/validator", "application/json", "{\"number\":\"hunter2-canary\"}"),
    (Method::GET, "/validator?length=hunter2-canary&custom=hunter2", "", ""),
    (Method::POST, "/garde", "application/json", "{}"),
    (Method::POST, "/garde", "application/json", "{\"ends\":\"hunter2\",\"number\":\"hunter2\"}"),
    (Method::GET, "/garde?length=hunter2-canary&custom=hunter2", "", ""),
    (Method::POST, "/by-hand", "application/json", "{\"text\":\"hunter2-canary\"}"),
    (Method::GET, "/by-hand?text=hunter2-canary&number=hunter2", "", ""),
    (Method::POST, "/asking", "application/json", "{\"text\":\"hunter2-canary\"}"),
    (Method::POST, "/form", "application/x-www-form-urlencoded", "length=hunter2"),
    (Method::POST, "/inputs?text=hunter2-canary", "application/json", "{\"url\":\"hunter2\"}"),
];

/// The number of rules that each case breaks.
pub(super) const BROKEN: [usize; 12] = [13, 8, 8, 13, 14, 12, 14, 10, 10, 10, 13, 23];

pub(super) fn requests() -> Vec<Request<Body>> {
    CASES
        .map(|(method, path, content_type, body)| {
            let mut sent = request(method, path);
            if !content_type.is_empty() {
                sent.headers_mut().insert("content-type", content_type.parse().unwrap());
            }
            *sent.body_mut() = body.into();
            sent
        })
        .into()
}
