//! Tests of what a client of the quickstart receives from the real program over HTTP.

use http::Method;
use serde_json::{Value, json};
use support::example::{Example, check_commands};
use support::{Answer, get, needs, with};

struct Program {
    example: Example,
    /// The `curl` commands that the program logs when it starts.
    curls: Vec<String>,
}

impl Program {
    fn start() -> Self {
        let mut example = Example::start(env!("CARGO_BIN_EXE_quickstart"));
        let curls = example.lines().take(4).collect();
        Self { example, curls }
    }

    async fn ask(&self, method: Method, path: &str) -> Answer {
        let request = with(method, path, &[("x-request-id", "req-7")], "");
        let answer = self.example.send(request).await;
        assert_eq!(answer.header("x-request-id"), Some("req-7"));
        answer
    }

    async fn problem(&self, method: Method, path: &str) -> Value {
        let answer = self.ask(method, path).await;
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let mut body = answer.json();
        assert_eq!(body["status"], answer.status.as_u16());
        let instance = body.as_object_mut().and_then(|members| members.remove("instance"));
        assert!(instance.is_some_and(|id| id.as_str().unwrap_or("").starts_with("urn:uuid:")));
        body
    }
}

#[test]
fn logged_curl_commands_return_the_status_beside_them() {
    needs!(Curl);
    let program = Program::start();
    let commands = program.curls.iter().map(|line| &line[line.find("curl ").unwrap_or_default()..]);
    assert_eq!(check_commands(commands), 4, "{:?}", program.curls);
}

#[tokio::test]
async fn success_carries_the_request_id() {
    let answer = Program::start().ask(Method::POST, "/orders/1/pay").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (200, Some("req-7")));
    assert_eq!(answer.json(), json!({"id": 1, "is_paid": true}));
}

#[tokio::test]
async fn variant_serializes_its_members() {
    let body = Program::start().problem(Method::POST, "/orders/42/pay").await;
    assert_eq!(
        body,
        json!({
            "type": "/problems/order_not_found", "title": "Order not found", "status": 404,
            "detail": "order 42 does not exist", "code": "order_not_found",
            "request_id": "req-7", "order_id": 42,
        })
    );
}

#[tokio::test]
async fn detail_hides_the_message_for_operators() {
    let body = Program::start().problem(Method::POST, "/orders/2/pay").await;
    assert_eq!((&body["status"], &body["code"]), (&json!(409), &json!("order_already_paid")));
    assert_eq!(body["detail"], "The order was already paid.");
    assert!(!body.to_string().contains("4242"));
}

#[tokio::test]
async fn operators_read_what_clients_do_not() {
    let mut program = Program::start();
    let body = program.problem(Method::GET, "/orders/1/label").await;
    assert_eq!(
        body,
        json!({
            "type": "/problems/internal_error", "title": "Internal server error", "status": 500,
            "detail": "Internal server error", "code": "internal_error", "request_id": "req-7",
        })
    );
    let line = program.example.line();
    assert!(line.contains("ERROR") && line.contains("No such file"), "{line}");
    assert!(line.contains("req-7") && line.contains("/orders/{id}/label"), "{line}");
    assert!(line.contains("location=examples/quickstart/src/main.rs:"), "{line}");
}

/// The README shows the log entry of a 500 over several lines.
#[tokio::test]
async fn log_entry_matches_the_one_in_the_readme() {
    let mut program = Program::start();
    program.example.send(get("/orders/1/label")).await;
    let line = program.example.line();
    let (_, entry) = line.trim().split_once(' ').expect("the time stands first");
    let readme = include_str!("../../../README.md");
    let (_, shown) = readme.split_once("```text\nERROR").expect("the README shows an entry");
    let (shown, _) = shown.split_once("\n```").expect("which ends");
    let shown = format!("ERROR{shown}").replace("\n ", "");
    assert_eq!(without_values(entry.trim()), without_values(&shown));
    for id in [entry, &shown].map(|entry| value(entry, " id=")) {
        assert!(id.len() == 36 && id.as_bytes()[14] == b'7', "{id} is a UUIDv7");
    }
}

/// Removes the values that differ from request to request.
fn without_values(entry: &str) -> String {
    let values = [" id=", "latency_ms="].map(|name| value(entry, name).to_owned());
    values.iter().fold(entry.to_owned(), |entry, value| entry.replace(value, "…"))
}

fn value<'a>(entry: &'a str, name: &str) -> &'a str {
    let (_, value) = entry.split_once(name).expect("every entry has it");
    value.split(' ').next().unwrap_or_default()
}

#[tokio::test]
async fn request_without_a_matching_handler_returns_a_problem() {
    let program = Program::start();
    let unknown = program.problem(Method::GET, "/order/1").await;
    assert_eq!((&unknown["status"], &unknown["code"]), (&json!(404), &json!("route_not_found")));
    let method = program.problem(Method::GET, "/orders/1/pay").await;
    assert_eq!((&method["status"], &method["code"]), (&json!(405), &json!("method_not_allowed")));
    let number = program.problem(Method::POST, "/orders/hunter2/pay").await;
    assert_eq!((&number["status"], &number["code"]), (&json!(400), &json!("validation_failed")));
    assert_eq!(
        number["errors"],
        json!([{
            "in": "path", "name": "id", "code": "type", "detail": "must be an integer",
            "params": {"expected": "integer"},
        }])
    );
    assert!(!number.to_string().contains("hunter2"));
}
