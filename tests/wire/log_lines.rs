//! Tests of the lines that formatters of `tracing` write for the default event.

use std::error::Error;
use std::fmt;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::report::{DefaultReport, FieldNames};
use definable_errors::{ApiError, ApiErrorLayer};
use serde_json::Value;
use support::logs::ThreadLog;
use support::{get, send};
use tracing::Level;
use tracing::subscriber::{DefaultGuard, set_default};

/// Logs as text until the guard is dropped.
pub(crate) fn as_text() -> DefaultGuard {
    ThreadLog::take();
    let format = tracing_subscriber::fmt().with_ansi(false).with_max_level(Level::TRACE);
    set_default(format.with_writer(|| ThreadLog).finish())
}

/// Logs as JSON until the guard is dropped.
pub(crate) fn as_json() -> DefaultGuard {
    ThreadLog::take();
    let format = tracing_subscriber::fmt().json().with_max_level(Level::TRACE);
    set_default(format.with_writer(|| ThreadLog).finish())
}

/// Returns the JSON objects that were logged.
pub(crate) fn objects() -> Vec<Value> {
    ThreadLog::take().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[derive(Debug)]
struct Link(&'static str, Option<Box<Link>>);

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|link| link as _)
    }
}

fn failing(causes: impl DoubleEndedIterator<Item = &'static str>) -> ApiError {
    let source = causes.rev().fold(None, |inner, text| Some(Box::new(Link(text, inner))));
    ApiError::internal_error().with_source(*source.unwrap())
}

const FORGED: [&str; 4] = [
    "saving failed",
    "the query failed",
    "no table \"a\r\nERROR definable_errors: forged\u{85}b\u{2028}c\u{1b}[2J\"",
    "closed\nERROR definable_errors: forged",
];

fn app(layer: ApiErrorLayer) -> Router {
    Router::new()
        .route("/forged", on_get(|| async { failing(FORGED.into_iter()) }))
        .route("/long", on_get(|| async { failing(["a"; 100].into_iter()) }))
        .route("/noted", on_get(|| async { failing(["a"].into_iter()).with_note(FORGED[3]) }))
        .route(
            "/panic",
            on_get(|| async {
                if true {
                    panic!("{}", FORGED[2])
                }
            }),
        )
        .layer(layer)
}

#[tokio::test]
async fn line_end_in_any_cause_begins_no_line_of_the_text_formatter() {
    let _logs = as_text();
    for path in ["/forged", "/noted", "/panic"] {
        send(app(ApiErrorLayer::new()), get(path)).await;
        let text = ThreadLog::take();
        assert_eq!(text.lines().count(), 1, "{path}: {text}");
        let line = text.trim_end();
        assert!(line.contains("forged"), "{path}: {line}");
        let separators = ['\u{85}', '\u{2028}', '\u{1b}'];
        assert!(!line.contains(|it: char| it.is_control() || separators.contains(&it)), "{line:?}");
    }
}

#[tokio::test]
async fn text_contains_the_chain_and_its_sources() {
    let _logs = as_text();
    send(app(ApiErrorLayer::new()), get("/forged")).await;
    let text = ThreadLog::take();
    assert!(text.contains("error=saving failed: the query failed: no table"), "{text}");
    assert!(text.contains("error.sources=[the query failed, no table"), "{text}");
}

#[tokio::test]
async fn json_is_valid_and_contains_the_whole_chain() {
    let _logs = as_json();
    send(app(ApiErrorLayer::new()), get("/forged")).await;
    let [event] = &*objects() else { panic!("one event") };
    let error = event["fields"]["error"].as_str().unwrap();
    assert!(error.starts_with("saving failed: the query failed: no table"), "{error}");
    assert!(error.contains(r"\r\nERROR definable_errors: forged") && error.contains("closed"));
    assert!(
        ["chain", "exception.message", "exception.stacktrace", "url.path"]
            .iter()
            .all(|name| event["fields"].get(name).is_none())
    );
    assert!(event["fields"]["exception.type"].as_str().unwrap().ends_with("Link"), "{event}");
}

#[tokio::test]
async fn chain_is_logged_up_to_32_links() {
    let _logs = as_text();
    send(app(ApiErrorLayer::new()), get("/long")).await;
    let text = ThreadLog::take();
    let (_, sources) = text.split_once("error.sources=[").unwrap();
    let (sources, _) = sources.split_once(']').unwrap();
    assert_eq!(sources.split(", ").count(), 31, "{text}");
}

#[tokio::test]
async fn short_names_replace_those_of_opentelemetry() {
    let _logs = as_json();
    let report = || DefaultReport::new().field_names(FieldNames::Short);
    send(app(ApiErrorLayer::new().report(report())), get("/forged")).await;
    let [event] = &*objects() else { panic!("one event") };
    let fields = &event["fields"];
    assert_eq!((&fields["code"], &fields["status"]), (&"internal_error".into(), &500.into()));
    assert_eq!((&fields["method"], &fields["route"]), (&"GET".into(), &"/forged".into()));
    assert!(fields["error"].as_str().unwrap().starts_with("saving failed"));
    assert!(fields.as_object().unwrap().keys().all(|name| !name.contains('.')), "{event}");
}
