//! Streams and sockets as the script of a page reads them, with and without the snippet.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{RawQuery, Request};
use axum::middleware::{Next, from_fn};
use axum::response::sse::Event;
use axum::response::{Html, Response};
use axum::routing::{get, post};
use definable_errors::stream::{
    FINAL_EVENT_ID, LastEventId, Ndjson, PROBLEM_EVENTS_JS, Socket, Sse, Upgraded,
    WebSocketUpgradeExt,
};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use support::browser::Chromium;
use support::{Recorder, axum_serve, needs};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;

/// The wait of the retryable problem.
const WAIT: Duration = Duration::from_secs(2);

type Events = Result<Event, ApiError>;

fn one() -> Event {
    Event::default().data("one")
}

async fn ends(_: LastEventId) -> Sse<impl Stream<Item = Events>> {
    Sse::new(stream::iter([Ok(one()), Err(ApiError::gone("It is over."))]))
}

async fn panics(_: LastEventId) -> Sse<impl Stream<Item = Events>> {
    let events = stream::iter([true, false]);
    Sse::new(events.map(|works| if works { Ok(one()) } else { panic!("a secret") }))
}

/// Fails the first time, and sends everything the second time.
async fn busy(_: LastEventId) -> Sse<impl Stream<Item = Events>> {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let last = match CALLS.fetch_add(1, Ordering::Relaxed) {
        0 => Err(ApiError::service_unavailable(WAIT)),
        _ => Ok(Event::default().id(FINAL_EVENT_ID).event("done").data("all")),
    };
    Sse::new(stream::iter([Ok(one()), last]))
}

async fn rows(
    RawQuery(query): RawQuery,
) -> Result<Ndjson<impl Stream<Item = Result<Value, ApiError>>>, ApiError> {
    if query.is_some() {
        return Err(ApiError::forbidden("Not yours."));
    }
    let failed = Err(io::Error::other("a secret")).or_internal();
    Ok(Ndjson::new(stream::iter([Ok(json!({"id": 1})), failed])))
}

async fn socket(upgrade: WebSocketUpgrade) -> Upgraded<ApiError> {
    upgrade.with_problems().on_upgrade(async |mut socket: Socket| match socket.recv().await {
        Some(Ok(Message::Text(text))) if text == "fail" => {
            Err(io::Error::other("a secret")).or_internal()
        }
        _ => Err(ApiError::conflict("Taken.")),
    })
}

/// One request for a stream: its target, its arrival, and the status of its response.
type Visit = (String, Instant, u16);

#[derive(Clone, Default)]
struct Visits(Arc<Mutex<Vec<Visit>>>);

impl Visits {
    async fn note(self, request: Request, next: Next) -> Response {
        let (target, arrived) = (request.uri().to_string(), Instant::now());
        let response = next.run(request).await;
        self.0.lock().unwrap().push((target, arrived, response.status().as_u16()));
        response
    }

    fn of(&self, target: &str) -> Vec<(Instant, u16)> {
        let visits = self.0.lock().unwrap();
        let of_target = visits.iter().filter(|visit| visit.0 == target);
        of_target.map(|(_, arrived, status)| (*arrived, *status)).collect()
    }

    fn statuses(&self, target: &str) -> Vec<u16> {
        self.of(target).into_iter().map(|(_, status)| status).collect()
    }
}

fn streams(recorder: &Recorder, visits: &Visits) -> Router {
    let visits = visits.clone();
    Router::new()
        .route("/final", get(ends))
        .route("/panics", get(panics))
        .route("/busy", get(busy))
        .route("/refused", get(async || ApiError::forbidden("Not yours.")))
        .route("/rows", get(rows))
        .route("/socket", get(socket))
        .layer(ApiErrorLayer::new().report(recorder.clone()))
        .layer(from_fn(move |request, next| visits.clone().note(request, next)))
}

/// Returns the problem in the last event that a page received.
fn problem(collected: &Value) -> Value {
    let events = collected["events"].as_array().unwrap();
    let problem = events.iter().find(|event| event[0] == "problem").unwrap();
    serde_json::from_str(problem[1].as_str().unwrap()).unwrap()
}

fn names(collected: &Value) -> Vec<&str> {
    let events = collected["events"].as_array().unwrap();
    events.iter().map(|event| event[0].as_str().unwrap()).collect()
}

#[tokio::test]
async fn page_reads_problems_before_and_after_the_head() {
    needs!(Chromium);
    let (recorder, visits) = (Recorder::default(), Visits::default());
    let (sender, mut receiver) = unbounded_channel();
    let script = ([("content-type", "text/javascript")], PROBLEM_EVENTS_JS);
    let pages = Router::new()
        .route("/", get(Html(include_str!("streams.html"))))
        .route("/problem-events.js", get(script))
        .route("/got", post(async move |body: String| sender.send(body).unwrap()));
    let address = axum_serve(pages.merge(streams(&recorder, &visits))).await;
    let _browser = Chromium::open(&format!("http://{address}"));
    let got = timeout(Duration::from_secs(300), receiver.recv()).await;
    let got = got.expect("the page is done within minutes").unwrap();
    assert!(!got.contains("a secret"), "{got}");
    let got: Value = serde_json::from_str(&got).unwrap();
    assert_eq!(got.get("failed"), None, "{got}");

    // A plain EventSource comes back once, gets 204 and stops; with the snippet it never does.
    for (name, target) in [("plain", "/final?plain"), ("panicked", "/panics?plain")] {
        assert_eq!(
            (names(&got[name]), &got[name]["closed"]),
            (vec!["message", "problem"], &json!(true))
        );
        assert_eq!(visits.statuses(target), [200, 204], "{name}");
    }
    assert_eq!(
        (names(&got["snippet"]), &got["snippet"]["problems"]),
        (vec!["message", "problem"], &json!(["gone"]))
    );
    assert_eq!(visits.statuses("/final?snippet"), [200]);

    // After a retryable problem it comes back no earlier than `retry`, and is served.
    let retried = &got["retried"];
    assert_eq!(names(retried), ["message", "problem", "message", "done"], "{got}");
    assert_eq!((&problem(retried)["retryable"], &retried["closed"]), (&json!(true), &json!(true)));
    let visited = visits.of("/busy?retried");
    let statuses: Vec<_> = visited.iter().map(|visit| visit.1).collect();
    assert_eq!(statuses, [200, 200, 204]);
    assert!(visited[1].0 - visited[0].0 >= WAIT, "{:?}", visited[1].0 - visited[0].0);

    // An error before the head is a response, which an EventSource does not try again.
    assert_eq!((names(&got["refused"]).len(), &got["refused"]["closed"]), (0, &json!(true)));
    assert_eq!(got["refused"]["problem"]["code"], "forbidden");
    assert_eq!(visits.statuses("/refused"), [403, 403]);

    let rows = &got["rows"];
    assert_eq!((&rows["status"], &rows["type"]), (&json!(200), &json!("application/x-ndjson")));
    assert_eq!(
        (&rows["lines"][0], &rows["lines"][1]["type"]),
        (&json!({"id": 1}), &json!("problem"))
    );
    assert_eq!(rows["lines"][1]["problem"]["request_id"], rows["id"]);
    assert_eq!(got["refused_rows"]["lines"][0]["code"], "forbidden");

    let failed = &got["failed_socket"];
    let closed = |socket: &Value| {
        (socket["code"].clone(), socket["reason"].clone(), socket["wasClean"].clone())
    };
    assert_eq!(closed(failed), (json!(1011), json!("internal_error"), json!(true)));
    let wrong = &got["wrong_socket"];
    assert_eq!(closed(wrong), (json!(1008), json!("conflict"), json!(true)));

    // Each problem that the page received is reported once, with the same id.
    let message = |socket: &Value| socket["messages"][0]["problem"].clone();
    let problems = [
        problem(&got["plain"]),
        problem(&got["snippet"]),
        problem(retried),
        problem(&got["panicked"]),
        rows["lines"][1]["problem"].clone(),
        message(failed),
        message(wrong),
    ];
    let records = recorder.records();
    for problem in &problems {
        let of_id = records.iter().filter(|record| record.request_id == problem["request_id"]);
        let codes: Vec<_> = of_id.map(|record| &*record.code).collect();
        assert_eq!(codes, [problem["code"].as_str().unwrap()], "{problem}");
    }
    // The others are the refused requests.
    assert_eq!(records.len(), problems.len() + 3, "{records:?}");
}
