//! What a script can read of each response of another origin.

use std::net::SocketAddr;

use serde_json::{Value, json};
use support::needs;

use super::{Site, service};

/// A request of a page, and what its script reads.
struct Read {
    request: Value,
    status: u16,
    code: &'static str,
    /// A header that the response has to have, and its value.
    header: Option<(&'static str, &'static str)>,
}

const CREDENTIALS: [&str; 2] = ["omit", "include"];

/// Returns the requests. Some have a preflight, because of their content type or a header.
fn reads() -> [Read; 11] {
    let get = |path: &str| json!({ "url": path });
    let post = |content_type: &str, body: &str| {
        let headers = json!({ "content-type": content_type });
        json!({ "url": "/orders", "method": "POST", "headers": headers, "body": body })
    };
    let large = format!("[{}", " ".repeat(2000));
    let challenge = r#"Bearer realm="api""#;
    [
        read(post("application/json", "{"), 400, "malformed_body"),
        read(get("/token"), 401, "missing_credentials").with("www-authenticate", challenge),
        read(get("/forbidden"), 403, "forbidden"),
        read(get("/nowhere"), 404, "route_not_found"),
        read(get("/orders"), 405, "method_not_allowed").with("allow", "POST"),
        read(post("application/json", &large), 413, "payload_too_large"),
        read(post("text/plain", "1"), 415, "unsupported_media_type"),
        read(get("/limited"), 429, "rate_limited").with("retry-after", "7"),
        read(get("/storage"), 500, "internal_error"),
        read(get("/slow"), 503, "deadline_exceeded").with("retry-after", "1"),
        read(get("/panic"), 500, "internal_error"),
    ]
}

const fn read(request: Value, status: u16, code: &'static str) -> Read {
    Read { request, status, code, header: None }
}

impl Read {
    fn with(self, name: &'static str, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    fn assert(&self, answer: &Value) {
        assert_eq!(answer["status"], self.status, "{answer}");
        let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&self.status.into(), &self.code.into())
        );
        assert_eq!(answer["headers"]["x-request-id"], problem["request_id"], "{answer}");
        if let Some((name, value)) = self.header {
            assert_eq!(answer["headers"][name], value, "{answer}");
        }
    }
}

pub(super) fn task(service: SocketAddr, request: &Value, credentials: &str) -> Value {
    let mut task = request.clone();
    let path = request["url"].as_str().unwrap();
    task["url"] = format!("http://{service}{path}").into();
    task["credentials"] = credentials.into();
    task
}

#[tokio::test]
async fn page_reads_every_error_with_and_without_credentials() {
    needs!(Chromium);
    let site = Site::new().await;
    let service = service(&site.origin()).await;
    let reads = reads();
    let pairs = || CREDENTIALS.iter().flat_map(|how| reads.iter().map(move |read| (read, how)));
    let tasks = pairs().map(|(read, credentials)| task(service, &read.request, credentials));
    let origin = site.origin();
    let answers = site.read(&origin, tasks.collect()).await;
    assert_eq!(answers.len(), 2 * reads.len());
    for ((read, _), answer) in pairs().zip(&answers) {
        read.assert(answer);
    }
}

#[tokio::test]
async fn credentials_are_sent_if_the_page_asks_for_it() {
    needs!(Chromium);
    let site = Site::new().await;
    let service = service(&site.origin()).await;
    let tasks = CREDENTIALS.map(|how| task(service, &json!({ "url": "/cookies" }), how));
    let origin = site.origin();
    let answers = site.read(&origin, tasks.into()).await;
    let read = |answer: &Value| answer["body"].as_str().unwrap().to_owned();
    assert_eq!(answers.iter().map(read).collect::<Vec<_>>(), ["without", "with"]);
}

#[tokio::test]
async fn page_of_another_origin_reads_nothing() {
    needs!(Chromium);
    let site = Site::new().await;
    let service = service(&site.origin()).await;
    let reads = reads();
    let tasks = reads.iter().map(|read| task(service, &read.request, "omit"));
    let origin = site.other_origin();
    let answers = site.read(&origin, tasks.collect()).await;
    assert_eq!(answers.len(), reads.len());
    for answer in answers {
        assert_eq!(answer, json!({ "failed": "TypeError" }));
    }
}
