//! Tests of bodies too large for a full diagnosis: the first mistake is reported with its place.

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Batch, Form, Json, PairLimit, Query, Rules, Valid, Violations};
use http::{Method, header};
use serde::Deserialize;
use serde_json::Value;
use support::{Answer, get, request, send};

use super::support::extracted;

const SIZES: [usize; 3] = [128 * 1024, 512 * 1024, 2 * 1024 * 1024 - 64];

#[derive(serde::Serialize, Deserialize)]
struct Line {
    qty: u8,
    name: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Login {
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Numbers {
    a: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Room {
    bed_count: u32,
}

impl Rules for Room {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("bed_count", &self.bed_count).range(1..);
    }
}

#[derive(Deserialize)]
struct House {
    rooms: Vec<Room>,
}

impl Rules for House {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("rooms", &self.rooms).each();
    }
}

/// Returns an array of `element` that is about `bytes` long.
fn list(element: &str, bytes: usize) -> String {
    format!("[{}]", vec![element; bytes / (element.len() + 1) - 1].join(","))
}

fn first<T: serde::de::DeserializeOwned + Send>(body: &str) -> (Value, bool) {
    let Err(error) = extracted::<T>(body) else { panic!("it was taken") };
    let problem = error.problem();
    assert_eq!(problem.violations().len(), 1);
    (serde_json::to_value(&problem.violations()[0]).unwrap(), problem.is_truncated())
}

fn at(pointer: &str, code: &str, detail: &str) -> Value {
    serde_json::json!({"in": "body", "pointer": pointer, "code": code, "detail": detail})
}

#[test]
fn first_mistake_of_a_large_body_is_reported_with_its_place() {
    for bytes in SIZES {
        let missing = (at("#/0/qty", "required", "is required"), true);
        assert_eq!(first::<Vec<Line>>(&list("{}", bytes)), missing);
        let mut wrong = at("#/0", "type", "must be a string");
        wrong["params"] = serde_json::json!({"expected": "string"});
        assert_eq!(first::<Vec<String>>(&list("0", bytes)), (wrong, true));
        let members = vec!["\"\":0"; bytes / 5 - 1].join(",");
        let missing = (at("#/email", "required", "is required"), true);
        assert_eq!(first::<Login>(&format!("{{{members}}}")), missing);
    }
}

#[test]
fn large_body_that_is_no_json_is_malformed() {
    let body = list("0", SIZES[0]).replace(']', "");
    let Err(error) = extracted::<Vec<u8>>(&body) else { panic!("it was taken") };
    assert_eq!(error.problem().code(), "malformed_body");
    assert!(error.problem().detail().starts_with("Invalid JSON at line 1 column "));
}

fn app() -> Router {
    Router::new()
        .route("/form", post(|Form(_): Form<Numbers>| async {}))
        .route("/query", on_get(|Query(_): Query<HashMap<String, Vec<u8>>>| async {}))
        .route("/house", post(|Valid(Json(_)): Valid<Json<House>>| async {}))
        .route("/batch", post(|batch: Batch<Line>| async { batch.each(line).await }))
        .route("/few", post(|Form(_): Form<Numbers>| async {}).layer(PairLimit::pairs(20)))
        .layer(definable_errors::ApiErrorLayer::new())
}

async fn line(line: Line) -> Result<u8, definable_errors::ApiError> {
    Ok(line.qty)
}

async fn posted(path: &str, media_type: &str, body: String) -> Answer {
    posted_to(app(), path, media_type, body).await
}

async fn posted_to(app: Router, path: &str, media_type: &str, body: String) -> Answer {
    let mut request = request(Method::POST, path);
    *request.body_mut() = Body::from(body);
    request.headers_mut().insert(header::CONTENT_TYPE, media_type.parse().unwrap());
    let answer = send(app, request).await;
    answer.check();
    answer
}

async fn form(path: &str, body: String) -> Answer {
    form_of(app(), path, body).await
}

async fn form_of(app: Router, path: &str, body: String) -> Answer {
    posted_to(app, path, "application/x-www-form-urlencoded", body).await
}

#[tokio::test]
async fn first_mistake_in_a_form_of_many_pairs_is_reported() {
    let body = form("/form", "a=x&".repeat(5_000)).await.json();
    assert_eq!(body["truncated"], true);
    assert_eq!(body["errors"].as_array().unwrap().len(), 1);
    assert_eq!(body["errors"][0]["pointer"], "#/a/0");
    assert_eq!(body["errors"][0]["code"], "type");
}

#[tokio::test]
async fn first_mistake_in_a_query_of_many_pairs_is_reported() {
    let body = send(app(), get(&format!("/query?b=1{}", "&a=300".repeat(2_000)))).await.json();
    assert_eq!((&body["truncated"], &body["errors"][0]["name"]), (&true.into(), &"a".into()));
    assert_eq!(body["errors"][0]["code"], "range");
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Ports {
    #[serde(default)]
    a: Vec<u8>,
    #[serde(default)]
    note: String,
    #[serde(flatten)]
    range: PortRange,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Map {
    #[serde(default)]
    x: Vec<u8>,
    #[serde(flatten)]
    numbers: HashMap<String, u16>,
}

#[derive(Deserialize)]
struct PortRange {
    first: u16,
    last: u16,
}

impl Rules for Ports {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("first", &self.range.first).range(1..=self.range.last);
    }
}

fn ports() -> Router {
    Router::new()
        .route("/form", post(|Form(_): Form<Ports>| async {}))
        .route("/valid", post(|Valid(Form(_)): Valid<Form<Ports>>| async {}))
        .route("/query", on_get(|Query(_): Query<Ports>| async {}))
        .route("/map", post(|Form(_): Form<Map>| async {}))
        .layer(definable_errors::ApiErrorLayer::new())
}

#[tokio::test]
async fn large_input_whose_texts_serde_buffers_is_accepted() {
    let many = format!("{}first=1&last=9", "a=1&".repeat(9_998));
    let long = format!("note={}&first=1&last=9", "x".repeat(100_000));
    for body in [&many, &long] {
        for path in ["/form", "/valid"] {
            assert_eq!(form_of(ports(), path, body.clone()).await.status, 200, "{path}");
        }
    }
    let query = format!("/query?{}first=1&last=9", "a=1&".repeat(2_000));
    assert_eq!(send(ports(), get(&query)).await.status, 200);
}

#[tokio::test]
async fn nothing_is_invented_about_texts_that_serde_buffers() {
    let answer = async |path, end: &str| {
        let body = form_of(ports(), path, format!("{}{end}", "a=1&".repeat(1_000))).await.json();
        assert_eq!(body["truncated"], true);
        let error = &body["errors"][0];
        format!("{} {}", error["pointer"], error["code"]).replace('"', "")
    };
    for path in ["/form", "/valid"] {
        // The mistake is at `last`, which serde does not name.
        assert_eq!(answer(path, "first=1&last=x").await, "# invalid");
        assert_eq!(answer(path, "first=1&last=70000").await, "# invalid");
        assert_eq!(answer(path, "a=x&first=1&last=9").await, "#/a/1000 type");
    }
    assert_eq!(answer("/valid", "first=9&last=1").await, "#/first range");
}

#[tokio::test]
async fn texts_that_serde_buffers_are_read_within_bounds() {
    let map = |count| (0..count).map(|at| format!("n{at}={at}&")).collect::<String>();
    for (count, status) in [(100, 200), (1_000, 400), (2_000, 400)] {
        let answer = form_of(ports(), "/map", map(count)).await;
        assert_eq!(answer.status, status, "{count} different numbers");
    }
    let ports = || ports().layer(PairLimit::pairs(20_000));
    for (count, status) in [(9_998, 200), (9_999, 400)] {
        let body = format!("{}first=1&last=9", "a=1&".repeat(count));
        assert_eq!(form_of(ports(), "/form", body).await.status, status, "{count} more pairs");
    }
}

#[tokio::test]
async fn form_of_too_many_pairs_is_rejected_whether_or_not_it_is_valid() {
    for pair in ["a&", "a=1&", "b=1&"] {
        let answer = form("/form", pair.repeat(10_001)).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "malformed_body"));
    }
    assert_eq!(form("/form", "a=1&".repeat(10_000)).await.status, 200);
    assert_eq!(send(app(), get(&format!("/query?{}", "a&".repeat(10_001)))).await.status, 400);
}

#[tokio::test]
async fn pair_limit_of_a_route_is_settable() {
    assert_eq!(form("/few", "a=1&".repeat(20)).await.status, 200);
    assert_eq!(form("/few", "a=1&".repeat(21)).await.code(), "malformed_body");
}

#[tokio::test]
async fn first_broken_rule_of_a_large_body_is_reported_by_the_clients_names() {
    let rooms = list("{\"bedCount\":0}", SIZES[1]);
    let body = posted("/house", "application/json", format!("{{\"rooms\":{rooms}}}")).await.json();
    assert_eq!(body["truncated"], true);
    assert_eq!(body["errors"].as_array().unwrap().len(), 1);
    assert_eq!(body["errors"][0]["pointer"], "#/rooms/0/bedCount");
    assert_eq!(body["errors"][0]["code"], "range");
}

#[tokio::test]
async fn first_mistake_of_each_large_batch_item_is_reported() {
    let item = format!("{{\"x\":{}}}", list("0", 1_000));
    let body = posted("/batch", "application/json", list(&item, 200_000)).await.json();
    let results = body["results"].as_array().unwrap();
    assert!(results.len() > 100);
    for (at, result) in results.iter().enumerate() {
        assert_eq!(result["problem"]["errors"][0]["pointer"], format!("#/{at}/qty"));
        assert_eq!(result["problem"]["truncated"], true);
    }
}

#[tokio::test]
async fn violations_of_a_batch_are_capped_over_all_items() {
    let item = list("{}", 303);
    let body = list(&item, 63_000);
    let app = Router::new()
        .route("/", post(|batch: Batch<Vec<Line>>| async { batch.into_ok("value") }))
        .layer(definable_errors::ApiErrorLayer::new());
    let mut request = request(Method::POST, "/");
    *request.body_mut() = Body::from(body);
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    let body = send(app, request).await.json();
    let results = body["results"].as_array().unwrap();
    let reported = |result: &Value| result["problem"]["errors"].as_array().map_or(0, Vec::len);
    assert!(results.len() > 100);
    assert_eq!(results.iter().map(reported).sum::<usize>(), 1_000);
    assert!(results.iter().all(|result| result["status"] == 400));
    assert_eq!(results.last().unwrap()["problem"]["truncated"], true);
}

#[tokio::test]
async fn violations_of_errors_that_a_handler_made_are_capped_over_all_items() {
    use definable_errors::ApiError;
    use definable_errors::extract::BatchAnswer;
    use definable_errors::problem::{Place, Violation};

    let error = || {
        let violation =
            |at| Violation::new(Place::Body(format!("#/{at}").into()), "own", "is wrong");
        ApiError::validation_failed((0..100).map(violation))
    };
    let answer = move || async move {
        let items = (0..12).map(|_| Err::<u8, _>(error())).collect();
        BatchAnswer::new(http::StatusCode::OK, "value", items)
    };
    let app = Router::new().route("/", on_get(answer));
    let body = send(app, get("/")).await.json();
    let results = body["results"].as_array().unwrap();
    let reported: Vec<_> = results
        .iter()
        .map(|result| result["problem"]["errors"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(reported, [100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 0, 0]);
    assert_eq!(results[9]["problem"]["truncated"], Value::Null);
    assert_eq!(results[10]["problem"]["truncated"], true);
}
