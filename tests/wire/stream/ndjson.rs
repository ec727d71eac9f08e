//! Newline-delimited JSON.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stream::Ndjson;
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use expect_test::expect;
use futures_util::{StreamExt, stream};
use http::Method;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use support::{Recorder, call, get, request, send};

use super::FeedError;

#[derive(Serialize)]
struct Row {
    id: u32,
    text: &'static str,
}

const ROW: Row = Row { id: 1, text: "one\r\ntwo" };

/// A value that cannot be serialized, or whose serialization panics.
enum Odd {
    Fails,
    Panics,
}

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fails => Err(serde::ser::Error::custom("canary")),
            Self::Panics => panic!("canary"),
        }
    }
}

fn raw() -> Box<RawValue> {
    RawValue::from_string("[1,\r\n2]".to_owned()).unwrap()
}

fn app(recorder: &Recorder) -> Router {
    let rows = || stream::iter([Ok(ROW), Err(FeedError::Ended)]);
    let internal = || {
        let failed: Result<Row, _> = Err(io::Error::other("canary"));
        stream::iter([failed.or_internal()])
    };
    let slow = || Ndjson::new(stream::pending::<Result<Row, ApiError>>());
    Router::new()
        .route("/rows", on_get(async move || Ndjson::new(rows())))
        .route("/internal", on_get(async move || Ndjson::new(internal())))
        .route(
            "/fails",
            on_get(async || Ndjson::new(stream::iter([Ok::<_, ApiError>(Odd::Fails)]))),
        )
        .route(
            "/panics",
            on_get(async || Ndjson::new(stream::iter([Ok::<_, ApiError>(Odd::Panics)]))),
        )
        .route("/raw", on_get(async || Ndjson::new(stream::iter([Ok::<_, ApiError>(raw())]))))
        .route("/ends", on_get(async move || Ndjson::new(rows().take(1))))
        .route("/idle", on_get(async move || slow().idle_limit(Duration::from_secs(5))))
        .route("/long", on_get(async move || slow().max_duration(Duration::from_secs(5))))
        .layer(ApiErrorLayer::new().report(recorder.clone()))
}

#[tokio::test]
async fn error_after_the_head_is_the_last_line() {
    let recorder = Recorder::default();
    send(app(&recorder), get("/rows")).await.is(&expect![[r#"
        200 OK
        content-type: application/x-ndjson
        transfer-encoding: chunked
        x-request-id: <id>

        id: 1
        text: "one\r\ntwo"
    "#]]);
    let records = recorder.records();
    assert_eq!((records.len(), &*records[0].code), (1, "gone"));
}

#[tokio::test]
async fn failures_are_reported_once_and_sent_without_their_source() {
    for path in ["/internal", "/fails", "/panics"] {
        let recorder = Recorder::default();
        let answer = send(app(&recorder), get(path)).await;
        let line: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((&line["type"], &line["problem"]["status"]), (&"problem".into(), &500.into()));
        assert!(!answer.body.contains("canary"), "{path}");
        let records = recorder.records();
        assert_eq!((records.len(), &*records[0].chain), (1, "canary"), "{path}");
        assert_eq!(line["problem"]["request_id"], *records[0].request_id);
    }
}

#[tokio::test]
async fn raw_json_of_several_lines_is_one_line() {
    let answer = send(app(&Recorder::default()), get("/raw")).await;
    assert_eq!(answer.body, "[1,  2]\n");
}

#[tokio::test]
async fn complete_response_has_no_problem() {
    let recorder = Recorder::default();
    let answer = send(app(&recorder), get("/ends")).await;
    assert_eq!(answer.body, "{\"id\":1,\"text\":\"one\\r\\ntwo\"}\n");
    let head = send(app(&recorder), request(Method::HEAD, "/rows")).await;
    assert_eq!((head.header("content-type"), &*head.body), (Some("application/x-ndjson"), ""));
    assert_eq!(recorder.records().len(), 0);
}

#[tokio::test]
async fn limits_end_a_response() {
    tokio::time::pause();
    for path in ["/idle", "/long"] {
        let recorder = Recorder::default();
        let answer = call(app(&recorder), get(path)).await;
        let line: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(line["problem"]["code"], "deadline_exceeded");
        assert_eq!(recorder.records().len(), 1);
    }
}

#[test]
fn route_table_lists_the_problems_of_lines() {
    async fn rows(_: Public) -> Ndjson<stream::Empty<Result<u8, FeedError>>> {
        Ndjson::new(stream::empty())
    }
    let routes: GuardedRouter = GuardedRouter::new().get("/rows", rows);
    expect![[r#"
        GET  /rows  public
               410  gone
               503  deadline_exceeded
    "#]]
    .assert_eq(&routes.table().to_string());
}
