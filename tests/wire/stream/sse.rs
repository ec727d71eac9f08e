//! Server-sent events.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse;
use axum::response::sse::Event;
use axum::routing::get as on_get;
use definable_errors::extract::Query;
use definable_errors::problem::CONFLICT;
use definable_errors::render::{Failure, Rendering, Representation};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stream::{FINAL_EVENT_ID, LastEventId, Sse, problem_event};
use definable_errors::timeout::Timeout;
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use expect_test::expect;
use futures_util::{Stream, StreamExt, stream};
use http::{Method, StatusCode};
use serde_json::Value;
use support::{Answer, Counter, Recorder, call, get, open, request, send, with};

use super::{BUSY, FeedError};

type Events<E> = Result<Event, E>;

/// Returns a stream of one event with an id of its own, followed by `end`.
fn event_then<E: Send + 'static>(end: impl Into<E>) -> impl Stream<Item = Events<E>> {
    let first = Event::default().id("7").event("news").data("one");
    stream::iter([Ok(first), Err(end.into())])
}

fn failing(error: ApiError) -> Sse<impl Stream<Item = Events<ApiError>>> {
    Sse::new(event_then(error))
}

fn with_private_source() -> ApiError {
    let failed: Result<(), _> = Err(io::Error::other("canary-of-the-disk"));
    failed.or_internal().unwrap_err()
}

fn panicking() -> impl Stream<Item = Events<ApiError>> {
    stream::iter([true, false]).map(|works| {
        if !works {
            panic!("canary-of-the-table");
        }
        Ok(Event::default().data("one"))
    })
}

fn app(layer: ApiErrorLayer) -> Router {
    Router::new()
        .route(
            "/gone",
            on_get(async |_: LastEventId| Sse::new(event_then::<FeedError>(FeedError::Ended))),
        )
        .route("/internal", on_get(async |_: LastEventId| failing(with_private_source())))
        .route(
            "/busy",
            on_get(async |_: LastEventId| {
                failing(ApiError::new(&BUSY).with_retry_after(Duration::from_secs(7)))
            }),
        )
        .route("/usual-wait", on_get(async |_: LastEventId| failing(ApiError::upstream_failed())))
        .route("/panics", on_get(async || Sse::new(panicking())))
        .route(
            "/lines",
            on_get(async || failing(ApiError::conflict("a\r\nevent: forged\n\ndata: x\rid: 1"))),
        )
        .route(
            "/ends",
            on_get(async || {
                Sse::new(stream::iter([Ok::<_, Infallible>(Event::default().data("all"))]))
            }),
        )
        .layer(layer)
}

fn recorded(recorder: &Recorder) -> Router {
    app(ApiErrorLayer::new().report(recorder.clone()))
}

/// An event as a client parses it.
#[derive(Debug, Default)]
struct Parsed {
    event: String,
    id: Option<String>,
    retry: Option<u64>,
    data: Vec<String>,
}

impl Parsed {
    fn json(&self) -> Value {
        serde_json::from_str(&self.data.join("\n")).unwrap()
    }
}

/// Parses a stream as the standard says: a line ends with CR LF, LF or CR.
fn parsed(body: &str) -> Vec<Parsed> {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let blocks = body.split_terminator("\n\n").map(|block| {
        let mut event = Parsed::default();
        for line in block.lines() {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            match name {
                "event" => value.clone_into(&mut event.event),
                "id" => event.id = Some(value.to_owned()),
                "retry" => event.retry = Some(value.parse().unwrap()),
                "data" => event.data.push(value.to_owned()),
                _ => assert!(name.is_empty() || name == ":", "{line}"),
            }
        }
        event
    });
    blocks.collect()
}

async fn events(app: Router, path: &str) -> (Answer, Vec<Parsed>) {
    let answer = send(app, get(path)).await;
    let events = parsed(&answer.body);
    (answer, events)
}

#[tokio::test]
async fn error_after_the_head_is_an_event() {
    send(app(ApiErrorLayer::new()), get("/gone")).await.is(&expect![[r#"
        200 OK
        cache-control: no-cache
        content-type: text/event-stream
        transfer-encoding: chunked
        x-request-id: <id>

        id: 7
        event: news
        data: one

        event: problem
        id: ended-by-problem:<id>
        data: {"type":"/problems/gone","title":"Gone","status":410,"detail":"The feed has ended.","instance":"urn:uuid:<id>","code":"gone","request_id":"<id>"}

    "#]]);
}

#[tokio::test]
async fn problem_has_the_ids_that_are_reported_once() {
    for (path, code) in [("/gone", "gone"), ("/internal", "internal_error")] {
        let recorder = Recorder::default();
        let mut request = get(path);
        request.headers_mut().insert("x-request-id", "abc-7".parse().unwrap());
        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        request.headers_mut().insert("traceparent", traceparent.parse().unwrap());
        let answer = send(recorded(&recorder), request).await;
        let problem = parsed(&answer.body)[1].json();
        assert_eq!(problem["request_id"], "abc-7");
        assert_eq!(problem["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        let records = recorder.records();
        assert_eq!(records.len(), 1, "{records:?}");
        assert_eq!((&*records[0].code, &*records[0].request_id), (code, "abc-7"));
        assert!(records[0].notes.ends_with("after the head"), "{}", records[0].notes);
    }
}

#[tokio::test]
async fn private_half_is_reported_and_never_sent() {
    for (path, chain) in [("/internal", "canary-of-the-disk"), ("/panics", "canary-of-the-table")] {
        let recorder = Recorder::default();
        let (answer, events) = events(recorded(&recorder), path).await;
        assert!(!answer.body.contains("canary"), "{path}: {}", answer.body);
        assert_eq!(events.len(), 2);
        assert_eq!((&*events[1].event, &events[1].json()["status"]), ("problem", &500.into()));
        let records = recorder.records();
        assert_eq!((records.len(), &*records[0].chain), (1, chain));
        assert!(records[0].location.contains("stream/sse.rs:"), "{}", records[0].location);
    }
}

#[tokio::test]
async fn retryable_problem_has_its_wait_and_keeps_the_clients_position() {
    for (path, wait) in [("/busy", 7000), ("/usual-wait", 30_000)] {
        let (_, events) = events(app(ApiErrorLayer::new()), path).await;
        let problem = &events[1];
        assert_eq!(problem.json()["retryable"], true);
        assert_eq!((problem.retry, &problem.id), (Some(wait), &None), "{path}");
    }
    let again = with(Method::GET, "/busy", &[("last-event-id", "7")], "");
    assert_eq!(send(app(ApiErrorLayer::new()), again).await.status, 200);
}

#[tokio::test]
async fn client_that_comes_back_after_a_final_problem_gets_204() {
    for path in ["/gone", "/internal"] {
        let (_, events) = events(app(ApiErrorLayer::new()), path).await;
        assert_eq!(events[1].retry, None);
        let id = events[1].id.clone().unwrap();
        // Another replica answers, and nothing is reported.
        let recorder = Recorder::default();
        let again = with(Method::GET, path, &[("last-event-id", &id)], "");
        let answer = send(recorded(&recorder), again).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (204, ""));
        assert_eq!(recorder.records().len(), 0);
    }
}

#[tokio::test]
async fn client_that_comes_back_after_the_final_event_gets_204() {
    let again = with(Method::GET, "/ends", &[("last-event-id", FINAL_EVENT_ID)], "");
    let handler = async |_: LastEventId| "served";
    let app = Router::new().route("/ends", on_get(handler)).layer(ApiErrorLayer::new());
    assert_eq!(send(app.clone(), again).await.status, 204);
    let other = with(Method::GET, "/ends", &[("last-event-id", "ended-by-hand")], "");
    assert_eq!(send(app, other).await.body, "served");
}

#[tokio::test]
async fn ids_of_the_service_are_handed_to_the_handler() {
    let seen = async |last: LastEventId| format!("{:?} {:?}", last.as_str(), last.parse::<u8>());
    let app = Router::new().route("/", on_get(seen)).layer(ApiErrorLayer::new());
    for (sent, expected) in [
        ("7", "Some(\"7\") Some(7)"),
        ("a:ended-by-problem:", "Some(\"a:ended-by-problem:\") None"),
        ("ä", "Some(\"ä\") None"),
        ("", "None None"),
    ] {
        let request = with(Method::GET, "/", &[("last-event-id", sent)], "");
        assert_eq!(send(app.clone(), request).await.body, expected);
    }
    assert_eq!(send(app, get("/")).await.body, "None None");
}

#[tokio::test]
async fn line_ends_in_a_detail_cannot_add_events_or_fields() {
    let (answer, events) = events(app(ApiErrorLayer::new()), "/lines").await;
    assert_eq!(events.len(), 2, "{}", answer.body);
    assert_eq!((events[1].data.len(), &*events[1].event), (1, "problem"));
    assert_eq!(events[1].json()["detail"], "a\r\nevent: forged\n\ndata: x\rid: 1");
    assert!(events[1].id.as_ref().unwrap().starts_with("ended-by-problem:"));
}

#[tokio::test]
async fn complete_stream_is_as_axum_sends_it() {
    let recorder = Recorder::default();
    let answer = send(recorded(&recorder), get("/ends")).await;
    assert_eq!(answer.body, "data: all\n\n");
    assert_eq!(recorder.records().len(), 0);
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_runs_no_stream() {
    let recorder = Recorder::default();
    let answer = send(recorded(&recorder), request(Method::HEAD, "/panics")).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, ""));
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(recorder.records().len(), 0);
}

#[tokio::test]
async fn client_that_disconnects_is_not_reported() {
    let counter = Counter::default();
    let endless = async || {
        let first = stream::iter([Ok::<_, Infallible>(Event::default().data("one"))]);
        Sse::new(first.chain(stream::once(pending())))
    };
    let layer = ApiErrorLayer::new().report(counter.clone());
    let app = Router::new().route("/", on_get(endless)).layer(layer);
    let mut response = open(app, get("/")).await;
    let frame = http_body_util::BodyExt::frame(response.body_mut()).await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "data: one\n\n");
    drop(response);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(counter.counts(), (0, 0));
}

#[tokio::test]
async fn settings_of_the_layer_apply() {
    let layer = ApiErrorLayer::new()
        .problem_base("https://errors.example.com/")
        .status_of(&CONFLICT, StatusCode::UNPROCESSABLE_ENTITY)
        .map(|mut problem, _| {
            problem.insert_member("region", "eu-1").unwrap();
            problem
        });
    let (_, events) = events(app(layer), "/lines").await;
    let problem = events[1].json();
    assert_eq!(problem["type"], "https://errors.example.com/conflict");
    assert_eq!((&problem["status"], &problem["region"]), (&422.into(), &"eu-1".into()));
}

#[tokio::test]
async fn renderer_of_the_service_writes_the_problem_if_it_writes_json() {
    let own = |failure: &Failure| {
        let body = format!("{{\r\n  \"own\": \"{}\"\n}}", failure.problem().code());
        Rendering::Ready(Representation::new("application/json", body))
    };
    let (_, found) = events(app(ApiErrorLayer::new().render(own)), "/gone").await;
    assert_eq!((found[1].data.len(), found[1].json()), (1, serde_json::json!({"own": "gone"})));
    assert!(found[1].id.as_ref().unwrap().starts_with("ended-by-problem:"));

    let page = |_: &Failure| Rendering::Ready(Representation::new("text/html", "<p>"));
    let (_, found) = events(app(ApiErrorLayer::new().render(page)), "/gone").await;
    assert_eq!(found[1].json()["code"], "gone");
    let panics = |_: &Failure| -> Rendering { panic!("canary") };
    let (_, found) = events(app(ApiErrorLayer::new().render(panics)), "/gone").await;
    assert_eq!(found[1].json()["code"], "gone");
    // `Accept` chooses the representation of responses, not of events.
    let request = with(Method::GET, "/gone", &[("accept", "text/html")], "");
    let answer = send(app(ApiErrorLayer::new()), request).await;
    assert_eq!(parsed(&answer.body)[1].json()["code"], "gone");
}

#[tokio::test]
async fn second_layer_reports_nothing_again() {
    let (inner, outer) = (Recorder::default(), Recorder::default());
    let app = recorded(&inner).layer(ApiErrorLayer::new().report(outer.clone()));
    let (_, events) = events(app, "/gone").await;
    assert_eq!(events.len(), 2);
    assert_eq!((inner.records().len(), outer.records().len()), (1, 0));
}

#[tokio::test]
async fn without_a_layer_the_problem_is_safe_and_has_no_ids() {
    let app = Router::new().route("/", on_get(async || failing(with_private_source())));
    let (answer, events) = events(app, "/").await;
    assert!(!answer.body.contains("canary"));
    let problem = events[1].json();
    assert_eq!((&problem["code"], problem.get("instance")), (&"internal_error".into(), None));
    assert_eq!(events[1].id.as_deref(), Some("ended-by-problem:"));
}

#[tokio::test]
async fn error_before_the_head_is_an_ordinary_response() {
    #[derive(serde::Deserialize)]
    struct Page {
        #[expect(dead_code, reason = "only its type counts")]
        number: u8,
    }
    let handler = async |_: Query<Page>| failing(ApiError::gone("later"));
    let app = Router::new().route("/", on_get(handler)).layer(ApiErrorLayer::new());
    let answer = send(app.clone(), get("/?number=x")).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "validation_failed".into()));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(send(app, get("/?number=1")).await.status, 200);
}

#[tokio::test]
async fn comments_are_sent_while_there_is_no_event() {
    let quiet = |keep_alive: Option<Duration>| {
        let late = stream::once(async {
            tokio::time::sleep(Duration::from_secs(40)).await;
            Ok::<_, Infallible>(Event::default().data("late"))
        });
        match keep_alive {
            Some(keep_alive) => Sse::new(late).keep_alive(keep_alive).into_response(),
            None => Sse::new(late).into_response(),
        }
    };
    tokio::time::pause();
    let app = Router::new()
        .route("/usual", on_get(async move || quiet(None)))
        .route("/own", on_get(async move || quiet(Some(Duration::from_secs(30)))))
        .layer(ApiErrorLayer::new());
    assert_eq!(call(app.clone(), get("/usual")).await.body, ":\n\n:\n\ndata: late\n\n");
    assert_eq!(call(app, get("/own")).await.body, ":\n\ndata: late\n\n");
}

/// A stream that is always ready, as its client is.
struct Endless;

impl Stream for Endless {
    type Item = Result<Event, ApiError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Event::default().data("more"))))
    }
}

#[tokio::test]
async fn limits_end_a_stream_with_a_retryable_problem() {
    tokio::time::pause();
    let recorder = Recorder::default();
    let every = |seconds: u64| {
        stream::repeat(()).then(move |()| async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Infallible>(Event::default().data("tick"))
        })
    };
    let idle = move || Sse::new(every(100).take(9)).idle_limit(Duration::from_secs(20));
    let long = move || Sse::new(every(10)).max_duration(Duration::from_secs(35));
    let busy = move || Sse::new(every(10).take(5)).idle_limit(Duration::from_secs(20));
    let app = Router::new()
        .route("/idle", on_get(async move || idle()))
        .route("/long", on_get(async move || long()))
        .route("/busy", on_get(async move || busy()))
        .layer(Timeout::new(Duration::from_secs(1)))
        .layer(ApiErrorLayer::new().report(recorder.clone()));
    for (path, ticks) in [("/idle", 0), ("/long", 3)] {
        let answer = call(app.clone(), get(path)).await;
        let is_named = |event: &Parsed| !event.event.is_empty() || !event.data.is_empty();
        let mut found: Vec<_> = parsed(&answer.body).into_iter().filter(is_named).collect();
        let problem = found.pop().unwrap();
        assert_eq!(found.len(), ticks, "{path}: {}", answer.body);
        let body = problem.json();
        assert_eq!((&body["code"], &body["status"]), (&"deadline_exceeded".into(), &503.into()));
        assert_eq!((problem.retry, problem.id), (Some(1000), None));
    }
    assert_eq!(recorder.records().len(), 2);
    // The deadline of the request ended with the head, and events restart the idle time.
    assert_eq!(parsed(&call(app, get("/busy")).await.body).len(), 5);
    assert_eq!(recorder.records().len(), 2);
}

#[tokio::test]
async fn limit_ends_a_stream_that_never_waits() {
    let endless = async || Sse::new(Endless).max_duration(Duration::from_millis(20));
    let app = Router::new().route("/", on_get(endless)).layer(ApiErrorLayer::new());
    let answer = send(app, get("/")).await;
    let (_, problem) = answer.body.rsplit_once("event: problem\n").unwrap();
    assert!(problem.contains("\"code\":\"deadline_exceeded\""), "{problem}");
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test]
async fn source_that_panics_when_it_is_dropped_ends_with_its_problem() {
    let recorder = Recorder::default();
    let handler = async || {
        let guard = PanicsWhenDropped;
        Sse::new(stream::once(async {}).map(move |()| {
            let _ = &guard;
            Err::<Event, _>(ApiError::gone("over"))
        }))
    };
    let layer = ApiErrorLayer::new().report(recorder.clone());
    let app = Router::new().route("/", on_get(handler)).layer(layer);
    let (_, events) = events(app, "/").await;
    assert_eq!((events.len(), &events[0].json()["code"]), (1, &"gone".into()));
    assert_eq!(recorder.records().len(), 1);
}

const FINAL: &str = r#"{"code":"kb_broken","instance":"urn:uuid:5"}"#;
const WAITS: &str = r#"{"code":"busy","retryable":true,"retry_after":3}"#;
const FORGED: &str = "{\"instance\":\"urn:uuid:5\\nid: 9\\u0000\"}";

#[tokio::test]
async fn problem_that_was_reported_before_keeps_its_ids() {
    let recorder = Recorder::default();
    let stored = async |body: &'static str| {
        Sse::new(stream::iter([Ok::<_, Infallible>(problem_event(body))]))
    };
    let app = Router::new()
        .route("/final", on_get(async move || stored(FINAL).await))
        .route("/waits", on_get(async move || stored(WAITS).await))
        .route("/forged", on_get(async move || stored(FORGED).await))
        .layer(ApiErrorLayer::new().report(recorder.clone()));
    let (_, found) = events(app.clone(), "/final").await;
    let id = found[0].id.as_deref();
    assert_eq!((id, &*found[0].data[0]), (Some("ended-by-problem:5"), FINAL));
    let (_, found) = events(app.clone(), "/waits").await;
    assert_eq!((found[0].retry, &found[0].id), (Some(3000), &None));
    let (_, found) = events(app, "/forged").await;
    assert_eq!(found[0].id.as_deref(), Some("ended-by-problem:5id: 9"));
    assert_eq!(recorder.records().len(), 0);
}

#[test]
fn route_table_lists_the_problems_of_a_stream() {
    async fn feed(_: Public, _: LastEventId) -> Sse<stream::Empty<Events<FeedError>>> {
        Sse::new(stream::empty())
    }
    let routes: GuardedRouter = GuardedRouter::new().get("/feed", feed);
    expect![[r#"
        GET  /feed  public
               410  gone
               503  deadline_exceeded
    "#]]
    .assert_eq(&routes.table().to_string());
}
