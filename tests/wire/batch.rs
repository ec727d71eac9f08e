//! Tests of batches, in which every item fails alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use definable_errors::extract::{Batch, BatchAnswer, Rules, Valid, Violations};
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use expect_test::expect;
use http::Request;
use serde::{Deserialize, Serialize};
use support::{Answer, send};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    qty: u8,
    name: String,
}

#[derive(Serialize)]
struct Order {
    qty: u8,
    /// JSON cannot have such keys.
    parts: HashMap<Vec<u8>, u8>,
}

impl Rules for NewOrder {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("qty", &self.qty).range(1..=255);
    }
}

async fn save(new: NewOrder) -> Result<Order, ApiError> {
    let parts = HashMap::from_iter((new.qty == 9).then(|| (vec![1], 1)));
    match &*new.name {
        "taken" => Err(ApiError::conflict("There is one of that name.")),
        "broken" => Err(std::io::Error::other("the disk is full")).or_internal(),
        "busy" => Err(ApiError::overloaded(std::time::Duration::from_secs(3))),
        _ => Ok(Order { qty: new.qty, parts }),
    }
}

async fn create(batch: Batch<NewOrder, 8>) -> BatchAnswer<Order> {
    batch.each(save).await.into_created("order")
}

/// Processes the batch with a value from the state, as a handler would use a pool.
async fn check(
    State(taken): State<&'static str>,
    Valid(batch): Valid<Batch<NewOrder>>,
) -> Batch<Order> {
    let taken = taken.to_owned();
    batch.each(|new| save_but(&taken, new)).await
}

async fn save_but(taken: &str, new: NewOrder) -> Result<Order, ApiError> {
    tokio::task::yield_now().await;
    if new.name == taken { Err(ApiError::conflict("Taken.")) } else { save(new).await }
}

fn routes() -> Router {
    Router::new().route("/", post(create)).route("/checked", post(check)).with_state("gone")
}

async fn posted(app: Router, path: &str, body: impl Into<Body>) -> Answer {
    let request =
        Request::post(path).header("host", "localhost").header("content-type", "application/json");
    send(app, request.body(body.into()).unwrap()).await
}

const ITEMS: &str = r#"[{"qty":1,"name":"a"},{"qty":"x","nam":"b"},{"qty":2,"name":"taken"},
    {"qty":3,"name":"broken"},7,{"qty":9,"name":"d"},{"qty":4,"name":"busy"}]"#;

#[tokio::test]
async fn every_item_has_a_status_and_its_value_or_problem() {
    let app = routes().layer(ApiErrorLayer::new().problem_base("https://errors.example.com/"));
    let answer = posted(app, "/", ITEMS).await;
    answer.is(&expect![[r##"
        207 Multi-Status
        content-type: application/json
        x-request-id: <id>

        results: [{"status":201,"order":{"qty":1,"parts":{}}},{"status":400,"problem":{"type":"https://errors.example.com/validation_failed","title":"Validation failed","status":400,"detail":"3 fields are not valid.","code":"validation_failed","errors":[{"in":"body","pointer":"#/1/qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"body","pointer":"#/1/nam","code":"unknown_field","detail":"is unknown, did you mean \"name\"?","params":{"suggestion":"name"}},{"in":"body","pointer":"#/1/name","code":"required","detail":"is required"}]}},{"status":409,"problem":{"type":"https://errors.example.com/conflict","title":"Conflict","status":409,"detail":"There is one of that name.","code":"conflict"}},{"status":500,"problem":{"type":"https://errors.example.com/internal_error","title":"Internal server error","status":500,"detail":"Internal server error","code":"internal_error"}},{"status":400,"problem":{"type":"https://errors.example.com/validation_failed","title":"Validation failed","status":400,"detail":"1 field is not valid.","code":"validation_failed","errors":[{"in":"body","pointer":"#/4","code":"type","detail":"must be an object","params":{"expected":"object"}}]}},{"status":500,"problem":{"type":"https://errors.example.com/internal_error","title":"Internal server error","status":500,"detail":"Internal server error","code":"internal_error"}},{"status":503,"problem":{"type":"https://errors.example.com/overloaded","title":"Overloaded","status":503,"detail":"Overloaded","code":"overloaded","retry_after":3,"retryable":true}}]
    "##]]);
}

#[tokio::test]
async fn batch_without_the_layer_is_correct_too() {
    let answer = posted(routes(), "/", r#"[{"qty":1,"name":"a"},7]"#).await;
    answer.is(&expect![[r##"
        207 Multi-Status
        content-type: application/json

        results: [{"status":201,"order":{"qty":1,"parts":{}}},{"status":400,"problem":{"type":"/problems/validation_failed","title":"Validation failed","status":400,"detail":"1 field is not valid.","code":"validation_failed","errors":[{"in":"body","pointer":"#/1","code":"type","detail":"must be an object","params":{"expected":"object"}}]}}]
    "##]]);
}

#[tokio::test]
async fn layer_settings_apply_to_problems_inside_too() {
    let layer = ApiErrorLayer::new()
        .validation_status(422)
        .map(|problem, _| problem.with_detail("translated"));
    let answer = posted(routes().layer(layer), "/checked", r#"[{"qty":0,"name":"a"}]"#).await;
    answer.is(&expect![[r##"
        207 Multi-Status
        content-type: application/json
        x-request-id: <id>

        results: [{"status":422,"problem":{"type":"/problems/validation_failed","title":"Validation failed","status":422,"detail":"translated","code":"validation_failed","errors":[{"in":"body","pointer":"#/0/qty","code":"range","detail":"must be between 1 and 255","params":{"min":1,"max":255}}]}}]
    "##]]);
}

#[tokio::test]
async fn body_that_is_no_list_fails_as_a_whole() {
    let app = || routes().layer(ApiErrorLayer::new());
    let cases = [
        ("{}", 400, "#"),
        ("[1,", 400, "malformed_body"),
        ("", 400, "malformed_body"),
        ("[1,1,1,1,1,1,1,1,1]", 400, "must have at most 8 items"),
    ];
    for (body, status, reported) in cases {
        let answer = posted(app(), "/", body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
        assert!(answer.body.contains(reported), "{body}: {}", answer.body);
    }
    let answer = posted(app(), "/", "[]").await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (207, r#"{"results":[]}"#));
}

#[tokio::test]
async fn reporter_receives_every_item_that_the_service_failed() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let reported = heard.clone();
    let layer = ApiErrorLayer::new().report(move |event: &ErrorEvent<'_>| {
        let request_id = event.context().request_id().into_owned();
        let code = event.error().problem().code();
        reported.lock().unwrap().push((event.item(), code, request_id));
    });
    let request = Request::post("/")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("x-request-id", "batch-1")
        .body(Body::from(ITEMS))
        .unwrap();
    send(routes().layer(layer), request).await;
    let id = || "batch-1".to_owned();
    let expected = [
        (Some(3), "internal_error", id()),
        (Some(5), "internal_error", id()),
        (Some(6), "overloaded", id()),
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
}

/// The function that processes an item may borrow from the handler, across an `await` too.
#[tokio::test]
async fn items_can_borrow_from_the_handler() {
    let items = r#"[{"qty":1,"name":"gone"},{"qty":1,"name":"a"}]"#;
    let answer = posted(routes().layer(ApiErrorLayer::new()), "/checked", items).await;
    let results = &answer.json()["results"];
    assert_eq!((&results[0]["status"], &results[1]["status"]), (&409.into(), &200.into()));
}
