//! Tests of the events that operators receive.

use std::collections::HashMap;
use std::sync::Once;
use std::time::Duration;

use axum::body::Body;
use axum::routing::get as on_get;
use axum::{Extension, Json, Router};
use definable_errors::context::Subject;
use definable_errors::error::SourceLocation;
use definable_errors::extract::Query;
use definable_errors::report::{ErrorEvent, Reported};
use definable_errors::{ApiError, ApiErrorLayer, Declared, Passthrough, RequestContext, ResultExt};
use http::{Request, StatusCode};
use serde_json::Value;
use support::logs::ThreadLog;
use support::{Counter, send};
use tower::ServiceExt;

fn app() -> Router {
    Router::new()
        .route("/conflict/{name}", on_get(|| async { ApiError::conflict("taken") }))
        .route("/internal", on_get(internal))
        .route("/own", on_get(|| async { own() }))
        .route("/declared", on_get(|| async { declared() }))
        .route("/known", on_get(known))
        .route(
            "/panic",
            on_get(|| async {
                if true {
                    panic!("the table is gone")
                }
            }),
        )
        .route("/slow", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .route("/limited", on_get(|| async { StatusCode::TOO_MANY_REQUESTS }))
        .route("/foreign", on_get(|| async { (StatusCode::BAD_GATEWAY, Json("own")) }))
        .route("/checked", on_get(|_: Query<Page>| async {}))
        .route("/counts", on_get(|_: Query<HashMap<String, u8>>| async {}))
        .route("/text", on_get(|| async { (StatusCode::BAD_GATEWAY, "connect to 10.0.0.7") }))
        .layer(ApiErrorLayer::new())
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only its fields count")]
struct Page {
    number: u8,
    size: u8,
    sort: String,
}

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "store")]
enum StoreError {
    #[error("reading failed")]
    #[api(status = 500)]
    Read {
        #[source]
        #[api(from)]
        source: std::io::Error,
        #[api(location)]
        at: SourceLocation,
    },
}

fn own() -> Result<(), StoreError> {
    Err(std::io::Error::other("disk full"))?
}

fn declared() -> Result<(), Declared<StoreError>> {
    Err(std::io::Error::other("disk full")).or_declared()
}

async fn internal() -> Result<(), ApiError> {
    let failed: Result<(), _> = Err(std::io::Error::other("disk full\r\nforged line"));
    failed.or_internal().map_err(|error| error.with_note("volume 3"))
}

async fn known(context: RequestContext) -> ApiError {
    context.set_subject(Subject::user("7\r\nforged"));
    context.set_subject(Subject::service("later"));
    ApiError::conflict("taken")
}

/// A service whose route starts a task that fails, and one that answers with such a failure later.
fn with_tasks(layer: ApiErrorLayer) -> Router {
    let (reporter, of_fetch) = (layer.reporter(), layer.reporter());
    let start = move |context: RequestContext| async move {
        context.set_subject(Subject::user("7"));
        let task = async move {
            let error = std::fs::read("/no/such/index").or_internal().unwrap_err();
            reporter.report(&error, &context);
        };
        tokio::spawn(task).await.unwrap();
        StatusCode::ACCEPTED
    };
    let fetch = move |context: RequestContext| async move {
        let error = ApiError::conflict("taken").with_note("hunter2");
        let body = of_fetch.problem_body(&error, &context);
        let content_type = [("content-type", "application/problem+json")];
        (StatusCode::CONFLICT, Extension(Passthrough), Extension(Reported), content_type, body)
    };
    let again = || async { (Extension(Reported), ApiError::conflict("taken")) };
    Router::new()
        .route("/start", on_get(start))
        .route("/fetch", on_get(fetch))
        .route("/again", on_get(again))
        .layer(layer)
}

#[tokio::test]
async fn failure_of_a_task_is_one_event_with_the_ids_of_its_request() {
    subscribe();
    ThreadLog::take();
    let response = with_tasks(ApiErrorLayer::new()).oneshot(request("/start")).await.unwrap();
    assert_eq!(response.status(), 202);
    let [of_the_task] = &*logged() else { panic!("one event") };
    let (fields, usual) = (&of_the_task["fields"], event("/internal").await);
    assert_eq!(
        (&of_the_task["level"], &fields["http.response.status_code"]),
        (&"ERROR".into(), &500.into())
    );
    assert_eq!(fields["request_id"], "abc");
    assert_eq!(fields["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(
        (&fields["http.request.method"], &fields["http.route"]),
        (&"GET".into(), &"/start".into())
    );
    assert_eq!(fields["subject"], "user:7");
    assert_eq!(fields["id"].as_str().unwrap().len(), 36);
    assert!(fields["error"].as_str().unwrap().contains("No such file"));
    assert!(fields["location"].as_str().unwrap().contains("reports.rs:"));
    // The event has the fields of one of the layer, apart from those of this very error.
    let names = |event: &Value| -> Vec<String> {
        let fields = event["fields"].as_object().unwrap().keys();
        fields.filter(|name| !["subject", "notes"].contains(&&***name)).cloned().collect()
    };
    assert_eq!(names(of_the_task), names(&usual));
}

#[tokio::test]
async fn reporter_has_the_settings_of_its_layer() {
    let seen = std::sync::Arc::<std::sync::Mutex<Vec<String>>>::default();
    let events = seen.clone();
    let layer = ApiErrorLayer::new()
        .map(|problem, context| problem.with_detail(format!("by {}", context.request_id())))
        .validation_status(422)
        .report(move |event: &ErrorEvent<'_>| {
            let detail = event.error().problem().detail().to_owned();
            events.lock().unwrap().push(format!("{} {detail}", event.status().as_u16()));
        });
    let reporter = layer.reporter();
    let validate = move |context: RequestContext| async move {
        reporter.report(&ApiError::validation_failed([]), &context);
    };
    let app = Router::new().route("/", on_get(validate)).layer(layer);
    let _ = app.oneshot(request("/")).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["422 by abc"]);
}

#[tokio::test]
async fn reporter_that_panics_has_no_effect() {
    let layer = ApiErrorLayer::new().report(|_: &ErrorEvent<'_>| panic!("reporter"));
    let response = with_tasks(layer).oneshot(request("/start")).await.unwrap();
    assert_eq!(response.status(), 202);
}

#[tokio::test]
async fn failure_that_is_fetched_later_has_its_ids_and_is_not_reported_again() {
    let counter = Counter::default();
    let app = with_tasks(ApiErrorLayer::new().report(counter.clone()));
    let answer = send(app.clone(), request("/fetch")).await;
    answer.check();
    assert_eq!(answer.status, 409);
    let body = answer.json();
    assert_eq!((&body["request_id"], &body["code"]), (&"abc".into(), &"conflict".into()));
    assert_eq!(body["type"], "/problems/conflict");
    assert!(body["instance"].as_str().unwrap().starts_with("urn:uuid:"));
    assert!(!answer.body.contains("hunter2"));
    assert_eq!(send(app, request("/again")).await.code(), "conflict");
    assert_eq!(counter.counts(), (0, 0));
}

/// Installs one subscriber for all tests: several at a time would disagree about what is enabled.
pub(crate) fn subscribe() {
    static SUBSCRIBED: Once = Once::new();
    SUBSCRIBED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(|| ThreadLog)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Returns the events of one request.
async fn events(path: &str) -> Vec<Value> {
    subscribe();
    ThreadLog::take();
    let _ = app().oneshot(request(path)).await.unwrap();
    logged()
}

fn request(path: &str) -> Request<Body> {
    let request = Request::get(path)
        .header("x-request-id", "abc")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    request.body(Body::empty()).unwrap()
}

/// Returns the events of this library in the log of this thread.
pub(crate) fn logged() -> Vec<Value> {
    let text = ThreadLog::take();
    let events = text.lines().map(|line| serde_json::from_str(line).unwrap());
    events.filter(|event: &Value| event["target"] == "definable_errors").collect()
}

async fn event(path: &str) -> Value {
    let events = events(path).await;
    assert_eq!(events.len(), 1, "{events:?}");
    events.into_iter().next().unwrap()
}

#[tokio::test]
async fn failed_request_is_one_event() {
    let event = event("/conflict/secret-name").await;
    let fields = &event["fields"];
    assert_eq!(event["level"], "DEBUG");
    assert_eq!(fields["error.type"], "conflict");
    assert_eq!(fields["http.response.status_code"], 409);
    assert_eq!(fields["http.request.method"], "GET");
    assert_eq!(fields["http.route"], "/conflict/{name}");
    assert_eq!(fields["request_id"], "abc");
    assert_eq!(fields["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(fields["id"].as_str().unwrap().len(), 36);
    assert!(fields["latency_ms"].as_f64().unwrap() >= 0.0);
    assert!(!event.to_string().contains("secret-name"), "the route, never the path");
}

#[tokio::test]
async fn event_contains_the_private_half() {
    let event = event("/internal").await;
    let fields = &event["fields"];
    assert_eq!(event["level"], "ERROR");
    assert_eq!(fields["error"], r"disk full\r\nforged line");
    assert_eq!(fields["notes"], "volume 3");
    assert!(fields["location"].as_str().unwrap().contains("reports.rs:"));
}

#[tokio::test]
async fn internal_error_of_an_enum_is_logged_with_its_code_and_place() {
    for path in ["/own", "/declared"] {
        let event = event(path).await;
        let fields = &event["fields"];
        assert_eq!(fields["problem.code"], "internal_error", "{path}");
        assert_eq!(fields["error.type"], "store_read", "{path}");
        assert_eq!(fields["error"], "reading failed: disk full", "{path}");
        assert!(fields["location"].as_str().unwrap().contains("reports.rs:"), "{path}");
    }
    assert!(event("/internal").await["fields"].get("problem.code").is_none());
}

#[tokio::test]
async fn event_of_a_panic_contains_its_text_and_place() {
    let event = event("/panic").await;
    assert_eq!(event["fields"]["error"], "the table is gone");
    assert!(event["fields"]["location"].as_str().unwrap().contains("reports.rs:"));
}

#[tokio::test]
async fn levels_follow_the_problem_type() {
    assert_eq!(event("/limited").await["level"], "INFO");
    assert_eq!(event("/nowhere").await["level"], "DEBUG");
}

#[tokio::test]
async fn failure_that_is_left_alone_is_reported_too() {
    assert_eq!(event("/foreign").await["fields"]["http.response.status_code"], 502);
}

#[tokio::test]
async fn text_that_is_not_sent_is_reported() {
    assert_eq!(event("/text").await["fields"]["notes"], "body: \"connect to 10.0.0.7\"");
}

#[tokio::test]
async fn disconnected_client_is_no_error() {
    let counter = Counter::default();
    let app = Router::new()
        .route("/", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .layer(ApiErrorLayer::new().report(counter.clone()))
        .layer(ApiErrorLayer::new().report(counter.clone()));
    let sent = app.oneshot(Request::get("/").body(Body::empty()).unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
    assert_eq!(counter.counts(), (0, 1));
}

#[tokio::test]
async fn disconnected_client_is_a_debug_event_with_status_499() {
    subscribe();
    ThreadLog::take();
    let sent = app().oneshot(request("/slow"));
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
    let [event] = &*logged() else { panic!("one event") };
    let fields = &event["fields"];
    assert_eq!(
        (&event["level"], &fields["http.response.status_code"]),
        (&"DEBUG".into(), &499.into())
    );
    assert_eq!(fields["message"], "client disconnected");
    assert_eq!(
        (&fields["http.request.method"], &fields["http.route"]),
        (&"GET".into(), &"/slow".into())
    );
    assert_eq!(fields["request_id"], "abc");
    assert_eq!(fields["id"].as_str().unwrap().len(), 36);
    assert!(fields["latency_ms"].as_f64().unwrap() >= 0.0);
    assert!(fields.get("error.type").is_none(), "nothing failed");
}

#[tokio::test]
async fn success_is_not_reported() {
    let app = Router::new().route("/", on_get(|| async {}));
    let counter = Counter::default();
    let app = app.layer(ApiErrorLayer::new().report(counter.clone()));
    let _ = app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(counter.counts(), (0, 0));
}

#[tokio::test]
async fn event_contains_the_subject() {
    let events = events("/known").await;
    assert_eq!(events[0]["fields"]["subject"], "user:7??forged");
}

#[tokio::test]
async fn event_of_a_failed_validation_names_places_and_codes() {
    let event = event("/checked?number=hunter2&size=hunter3").await;
    let violations = "query number type; query size type; query sort required";
    assert_eq!(event["fields"]["violations"], violations);
    assert!(!event.to_string().contains("hunter"), "never a value");
}

#[tokio::test]
async fn submitted_keys_forge_no_violation_in_an_event() {
    let event = event("/counts?a%3B%20query%0Ab=hunter2").await;
    assert_eq!(event["fields"]["violations"], "query \"a; query\\nb\" type");
    let keys: Vec<_> = (0..50).map(|number| format!("{number}{}=x", "k".repeat(1_000))).collect();
    let query = keys.join("&");
    let event = self::event(&format!("/counts?{query}")).await;
    let violations = event["fields"]["violations"].as_str().unwrap();
    assert_eq!(violations.split("; ").count(), 5);
    assert!(violations.len() < 500, "{violations}");
}

#[tokio::test]
async fn event_without_violations_has_no_such_field() {
    assert!(event("/internal").await["fields"].get("violations").is_none());
}

#[tokio::test]
async fn id_that_equals_the_request_id_is_logged_once() {
    subscribe();
    ThreadLog::take();
    let _ = app().oneshot(Request::get("/internal").body(Body::empty()).unwrap()).await.unwrap();
    let sent = app().oneshot(Request::get("/slow").body(Body::empty()).unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
    for event in logged() {
        assert_eq!(event["fields"]["id"].as_str().unwrap().len(), 36);
        assert!(event["fields"].get("request_id").is_none(), "{event}");
    }
}

#[tokio::test]
async fn latency_has_three_digits() {
    for _ in 0..20 {
        let latency = event("/internal").await["fields"]["latency_ms"].to_string();
        let digits = latency.split_once('.').map_or(0, |(_, digits)| digits.len());
        assert!(digits <= 3, "{latency}");
    }
}
