//! What a client sends, and the settings of the process, with a canary in each: neither responses nor
//! the log may contain one. Texts of errors, panics and notes may be in the log.

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::layer::RequestSpan;
use definable_errors::upstream::{Upstream, UpstreamExt, reqwest_client};
use http::{HeaderValue, Method, Request, Uri};
use support::process::this_test;
use support::send;

use super::{checking, credentials, error_sources, extracting, requests};

/// What is planted in every request. The texts of the errors themselves contain another canary.
const PLANTED: &str = "hunter3";

/// Plants a canary in the headers, the cookie, the token, the query and the userinfo of a request,
/// unless the request has one there already.
pub(super) fn planted(mut request: Request<Body>) -> Request<Body> {
    let headers = request.headers_mut();
    for (name, value) in [
        ("authorization", "Bearer hunter3-token"),
        ("cookie", "session=hunter3-cookie; theme=hunter3"),
        ("forwarded", "for=hunter3"),
        ("proxy-authorization", "Basic aHVudGVyMzpodW50ZXIz-hunter3"),
        ("referer", "https://hunter3:hunter3@shop.example/hunter3?hunter3"),
        ("user-agent", "hunter3/1.0"),
        ("x-api-key", "hunter3-key"),
        ("x-request-id", "hunter3 is not an id"),
        ("x-session", "hunter3"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let path = request.uri().path_and_query().unwrap().as_str().to_owned();
    let path = if path.contains('?') { path } else { path + "?token=hunter3-query" };
    *request.uri_mut() = format!("http://u:hunter3@shop.example{path}").parse::<Uri>().unwrap();
    request
}

/// Sends all requests, and prints the log.
async fn provoke(app: Router, requests: Vec<Request<Body>>) {
    let app = app.layer(ApiErrorLayer::new()).layer(RequestSpan::new());
    for request in requests {
        let request = planted(request);
        let what = format!("{} {}", request.method(), request.uri().path());
        let answer = send(app.clone(), request).await;
        let all = format!("{:?} {}", answer.headers, answer.body);
        assert!(answer.status.as_u16() >= 400 && !all.contains(PLANTED), "{what}: {all}");
    }
}

/// Calls that fail, with secrets in the URL and in the headers.
fn calling() -> Router {
    let plain = async || {
        let client = reqwest_client(|client| client).unwrap();
        let call = client.get("http://u:hunter3@127.0.0.1:9/x?key=hunter3").bearer_auth(PLANTED);
        call.send().await.map(|_| ()).or_upstream("orders")
    };
    let described = async || {
        let upstream = Upstream::builder("orders", "http://127.0.0.1:9").retries(0);
        let upstream = upstream.header("authorization", PLANTED).build().unwrap();
        upstream
            .get(None, "/x")
            .query("key", PLANTED)
            .header("cookie", PLANTED)
            .send()
            .await
            .map(|_| ())
    };
    Router::new().route("/plain", on_get(plain)).route("/described", on_get(described))
}

/// Returns what a process logs while it does this.
fn logged(what: &str) -> String {
    let output = this_test("secrets::operators::in_a_process_of_its_own")
        .env("PLANTED_WHAT", what)
        .env("PLANTED_PASSWORD", "hunter3-environment")
        .env("DATABASE_URL", "postgres://hunter3:hunter3@127.0.0.1/hunter3")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{what}: {output:?}");
    let lines = text.lines().filter(|line| line.contains("definable_errors"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
#[ignore = "the other tests run it, each in a process of its own"]
async fn in_a_process_of_its_own() {
    let format = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE);
    let _logs = tracing::subscriber::set_default(format.finish());
    match &*std::env::var("PLANTED_WHAT").unwrap() {
        "our errors" => provoke(error_sources::ours(), requests::ours(&Method::GET)).await,
        "foreign errors" => {
            provoke(error_sources::foreign(), requests::foreign(&Method::GET)).await;
        }
        "bodies" => provoke(error_sources::ours(), requests::posted()).await,
        "extractors" => provoke(extracting::app(), extracting::requests()).await,
        "rules" => provoke(checking::app(), checking::requests()).await,
        "credentials" => provoke(credentials::routes(), credentials::requests()).await,
        "calls" => {
            provoke(calling(), vec![support::get("/plain"), support::get("/described")]).await;
        }
        what => panic!("unknown: {what}"),
    }
}

#[test]
fn log_contains_nothing_that_a_client_sent_and_no_setting() {
    for (what, events) in [
        ("our errors", 30),
        ("foreign errors", 9),
        ("bodies", 10),
        ("extractors", 30),
        ("rules", 10),
        ("credentials", 10),
        ("calls", 2),
    ] {
        let log = logged(what);
        assert!(log.lines().count() >= events, "{what}: {log}");
        let leaks: Vec<_> = log.lines().filter(|line| line.contains(PLANTED)).collect();
        assert!(leaks.is_empty(), "{what}: {leaks:#?}");
    }
}

/// In these requests the canary of the other tests is in what the client sent.
#[test]
fn log_contains_no_submitted_value() {
    for what in ["bodies", "extractors", "rules"] {
        let log = logged(what);
        let leaks: Vec<_> = log.lines().filter(|line| line.contains("hunter2")).collect();
        assert!(leaks.is_empty(), "{what}: {leaks:#?}");
    }
}
