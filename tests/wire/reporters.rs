//! Tests of several reporters, of those that leave out events, and of backtraces.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::report::{
    DefaultReport, ErrorEvent, FieldNames, LeftOut, Report, Sample, Throttle,
};
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use http::Request;
use support::process::this_test;
use support::{Counter, call, get, send};
use tower::ServiceExt;

use crate::log_lines::{as_json, objects};

fn app(layer: ApiErrorLayer) -> Router {
    Router::new()
        .route("/conflict", on_get(|| async { ApiError::conflict("taken") }))
        .route("/gone", on_get(|| async { ApiError::gone("gone") }))
        .route("/one", on_get(|| async { ApiError::internal_error() }))
        .route("/other", on_get(|| async { ApiError::internal_error() }))
        .route("/slow", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .layer(layer)
}

/// The codes of events, and how many were left out before each.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<(&'static str, u64)>>>);

impl Seen {
    fn take(&self) -> Vec<(&'static str, u64)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Report for Seen {
    fn report(&self, event: &ErrorEvent<'_>) {
        self.0.lock().unwrap().push((event.code(), event.left_out()));
    }

    fn client_disconnected(&self, _: &RequestContext) {
        self.0.lock().unwrap().push(("disconnected", 0));
    }

    fn left_out(&self, summary: &LeftOut) {
        assert_eq!(summary.status(), 409);
        self.0.lock().unwrap().push(("at the end", summary.count()));
    }
}

struct Panics;

impl Report for Panics {
    fn report(&self, _: &ErrorEvent<'_>) {
        panic!("a reporter");
    }

    fn client_disconnected(&self, _: &RequestContext) {
        panic!("a reporter");
    }
}

async fn leave(app: &Router) {
    let sent = app.clone().oneshot(Request::get("/slow").body(Body::empty()).unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
}

async fn ask(app: &Router, path: &str, times: usize) {
    for _ in 0..times {
        send(app.clone(), get(path)).await;
    }
}

/// Sends requests without a connection, which would own the service for a while.
async fn ask_in_process(app: &Router, path: &str, times: usize) {
    for _ in 0..times {
        call(app.clone(), get(path)).await;
    }
}

#[tokio::test]
async fn every_reporter_gets_every_event_although_another_one_panics() {
    let (first, last) = (Counter::default(), Counter::default());
    let layer = ApiErrorLayer::new().report(first.clone()).report(Panics).report(last.clone());
    let app = app(layer);
    let answer = send(app.clone(), get("/conflict")).await;
    answer.check();
    assert_eq!((answer.status.as_u16(), answer.code()), (409, "conflict".into()));
    leave(&app).await;
    assert_eq!((first.counts(), last.counts()), ((1, 1), (1, 1)));
}

#[tokio::test]
async fn default_event_is_emitted_only_if_it_is_listed_or_nothing_is() {
    let _logs = as_json();
    let layers = [
        (ApiErrorLayer::new(), 2),
        (ApiErrorLayer::new().report(Counter::default()), 0),
        (ApiErrorLayer::new().report(Counter::default()).report(DefaultReport::new()), 2),
    ];
    for (layer, events) in layers {
        let app = app(layer);
        ask(&app, "/conflict", 1).await;
        leave(&app).await;
        assert_eq!(objects().len(), events);
    }
}

#[tokio::test]
async fn throttle_limits_each_code_and_says_how_many_were_left_out() {
    const INTERVAL: Duration = Duration::from_millis(300);
    let seen = Seen::default();
    let app = app(ApiErrorLayer::new().report(Throttle::new(seen.clone(), 2, INTERVAL)));
    ask(&app, "/conflict", 7).await;
    ask(&app, "/gone", 1).await;
    leave(&app).await;
    let first = [("conflict", 0), ("conflict", 0), ("gone", 0), ("disconnected", 0)];
    assert_eq!(seen.take(), first);
    tokio::time::sleep(INTERVAL).await;
    ask(&app, "/conflict", 2).await;
    assert_eq!(seen.take(), [("conflict", 5), ("conflict", 0)]);
}

#[tokio::test]
async fn end_of_a_flood_is_reported_with_the_next_event_of_any_code() {
    const INTERVAL: Duration = Duration::from_millis(100);
    let seen = Seen::default();
    // The one around it passes the count on.
    let inner = Sample::new(Throttle::new(seen.clone(), 2, INTERVAL), 1);
    let app = app(ApiErrorLayer::new().report(Throttle::new(inner, 2, INTERVAL)));
    ask(&app, "/conflict", 7).await;
    assert_eq!(seen.take(), [("conflict", 0), ("conflict", 0)]);
    tokio::time::sleep(INTERVAL).await;
    ask(&app, "/gone", 2).await;
    assert_eq!(seen.take(), [("gone", 0), ("at the end", 5), ("gone", 0)]);
    ask(&app, "/conflict", 3).await;
    assert_eq!(seen.take(), [("conflict", 0), ("conflict", 0)]);
    tokio::time::sleep(INTERVAL).await;
    leave(&app).await;
    assert_eq!(seen.take(), [("disconnected", 0), ("at the end", 1)]);
}

#[tokio::test]
async fn end_of_a_flood_is_reported_when_the_layer_is_dropped() {
    let seen = Seen::default();
    let layer = ApiErrorLayer::new();
    let layer = layer.report(Throttle::new(seen.clone(), 1, Duration::from_secs(60)));
    let app = app(layer);
    ask_in_process(&app, "/conflict", 4).await;
    ask_in_process(&app, "/gone", 1).await;
    seen.take();
    drop(app);
    assert_eq!(seen.take(), [("at the end", 3)]);
}

#[tokio::test]
async fn log_line_at_the_end_of_a_flood_has_code_count_and_location() {
    let _logs = as_json();
    for (names, code) in [(FieldNames::OpenTelemetry, "error.type"), (FieldNames::Short, "code")] {
        let log = DefaultReport::new().field_names(names);
        let log = Throttle::new(log, 1, Duration::from_secs(60)).by_location();
        let app = app(ApiErrorLayer::new().report(log));
        ask_in_process(&app, "/one", 3).await;
        ask_in_process(&app, "/other", 2).await;
        drop(app);
        let events = objects();
        assert_eq!(events.len(), 4, "{events:?}");
        for (event, count) in events[2..].iter().zip([2, 1]) {
            assert_eq!(
                (&event["level"], &event["target"]),
                (&"ERROR".into(), &"definable_errors".into())
            );
            let fields = &event["fields"];
            assert_eq!(fields["message"], "events were left out");
            assert_eq!(
                (&fields[code], &fields["left_out"]),
                (&"internal_error".into(), &count.into())
            );
            assert!(fields["location"].as_str().unwrap().contains("reporters.rs"), "{event}");
            assert!(fields["elapsed_ms"].as_f64().unwrap() >= 0.0, "{event}");
        }
    }
}

#[tokio::test]
async fn log_line_says_how_many_events_were_left_out() {
    let _logs = as_json();
    let app = app(ApiErrorLayer::new().report(Sample::new(DefaultReport::new(), 4)));
    ask(&app, "/conflict", 6).await;
    let events = objects();
    let left_out: Vec<_> = events.iter().map(|event| event["fields"].get("left_out")).collect();
    assert_eq!(left_out, [None, Some(&3.into())]);
}

#[tokio::test]
async fn sample_passes_on_the_first_event_of_each_code_and_then_one_in_so_many() {
    let seen = Seen::default();
    let app = app(ApiErrorLayer::new().report(Sample::new(seen.clone(), 3)));
    ask(&app, "/conflict", 7).await;
    ask(&app, "/gone", 1).await;
    leave(&app).await;
    let expected =
        [("conflict", 0), ("conflict", 2), ("conflict", 2), ("gone", 0), ("disconnected", 0)];
    assert_eq!(seen.take(), expected);
}

#[tokio::test]
async fn counts_of_reporters_around_each_other_add_up() {
    let seen = Seen::default();
    let inner = Sample::new(seen.clone(), 2);
    let app = app(ApiErrorLayer::new().report(Sample::new(inner, 2)));
    ask(&app, "/conflict", 9).await;
    // Of nine events every other one reaches the inner sample, which passes on every other of those:
    // three that were passed on and six that were left out.
    assert_eq!(seen.take(), [("conflict", 0), ("conflict", 3), ("conflict", 3)]);
}

#[tokio::test]
async fn sample_counts_what_a_throttle_around_it_left_out() {
    const INTERVAL: Duration = Duration::from_millis(300);
    let seen = Seen::default();
    let inner = Sample::new(seen.clone(), 2);
    let app = app(ApiErrorLayer::new().report(Throttle::new(inner, 1, INTERVAL)));
    for times in [5, 4, 1] {
        ask_in_process(&app, "/conflict", times).await;
        tokio::time::sleep(INTERVAL).await;
    }
    // The first of each interval reaches the sample, which leaves out the second of these three.
    assert_eq!(seen.take(), [("conflict", 0), ("conflict", 8)]);
}

#[tokio::test]
async fn throttle_counts_what_a_sample_around_it_left_out() {
    const INTERVAL: Duration = Duration::from_millis(300);
    let seen = Seen::default();
    let inner = Throttle::new(seen.clone(), 1, INTERVAL);
    let app = app(ApiErrorLayer::new().report(Sample::new(inner, 2)));
    ask_in_process(&app, "/conflict", 6).await;
    tokio::time::sleep(INTERVAL).await;
    // Events 1, 3, 5, 7, 9 and 11 reach the throttle, which leaves out the second and third of each interval.
    ask_in_process(&app, "/conflict", 5).await;
    drop(app);
    assert_eq!(seen.take(), [("conflict", 0), ("conflict", 5), ("at the end", 4)]);
}

#[tokio::test]
async fn failures_at_other_locations_have_a_limit_of_their_own_on_request() {
    let hour = Duration::from_secs(3600);
    let (by_code, by_location) = (Seen::default(), Seen::default());
    let app = app(ApiErrorLayer::new()
        .report(Throttle::new(by_code.clone(), 1, hour))
        .report(Throttle::new(by_location.clone(), 1, hour).by_location()));
    ask(&app, "/one", 3).await;
    ask(&app, "/other", 3).await;
    assert_eq!((by_code.take().len(), by_location.take().len()), (1, 2));
}

/// Whether backtraces are captured is a setting of the whole process.
#[test]
fn backtraces_are_for_reporters_alone_and_bounded() {
    let inner = "reporters::backtraces_in_a_process_of_its_own";
    let output = this_test(inner).env_remove("RUST_BACKTRACE").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{output:?}");
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn backtraces_in_a_process_of_its_own() {
    let _logs = as_json();
    let seen = Arc::<Mutex<Vec<Option<String>>>>::default();
    let traces = seen.clone();
    let keep = move |event: &ErrorEvent<'_>| {
        let trace = event.error().backtrace().map(ToString::to_string);
        traces.lock().unwrap().push(trace);
    };
    let take = || std::mem::take(&mut *seen.lock().unwrap());

    let before = app(ApiErrorLayer::new().report(keep.clone()));
    ask(&before, "/one", 1).await;
    assert_eq!(take(), [None], "nothing is captured unless it is asked for");

    let layer = ApiErrorLayer::new().capture_traces(2);
    let app = app(layer.report(keep).report(DefaultReport::new()));
    ask(&app, "/conflict", 5).await;
    assert_eq!(take(), [const { None }; 5], "only failures of the service");
    objects();
    for _ in 0..10 {
        let answer = send(app.clone(), get("/one")).await;
        for private in ["reporters", ".rs", "backtrace"] {
            assert!(!answer.body.contains(private), "{}", answer.body);
        }
    }
    // Resolving the first one may take longer than the second in which it was captured.
    let traces: Vec<_> = take().into_iter().flatten().collect();
    assert!((2..=8).contains(&traces.len()), "{}", traces.len());
    assert!(traces[0].contains("reporters::app"), "{}", traces[0]);
    let events = objects();
    let logged = events.iter().filter_map(|event| event["fields"]["backtrace"].as_str());
    let logged: Vec<_> = logged.collect();
    assert_eq!(logged.len(), traces.len());
    assert!(logged.iter().all(|line| line.contains("reporters::app") && !line.contains('\n')));
}
