//! Tests of what old and new clients of the example receive from the real program over HTTP.

use http::Method;
use serde_json::{Value, json};
use support::example::Example;
use support::{Answer, needs, with};

const PROGRAM: &str = env!("CARGO_BIN_EXE_own-envelope");
const PROBLEMS: &str = "application/problem+json, application/json;q=0.5";

async fn send(example: &Example, method: Method, path: &str, accept: &str, body: &Value) -> Answer {
    let fields =
        [("accept", accept), ("content-type", "application/json"), ("x-request-id", "req-7")];
    let answer = example.send(with(method, path, &fields, body.to_string())).await;
    assert_eq!(answer.header("x-request-id"), Some("req-7"));
    answer
}

async fn get(example: &Example, path: &str, accept: &str) -> Answer {
    send(example, Method::GET, path, accept, &Value::Null).await
}

/// Returns the old body of a failure.
fn old(answer: &Answer) -> Value {
    assert!(answer.status.is_client_error() || answer.status.is_server_error(), "{answer}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{answer}");
    assert_eq!(answer.header("vary"), Some("accept"), "{answer}");
    answer.json()
}

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    Example::start(PROGRAM).check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn old_client_reads_the_old_body_of_every_error() {
    let example = Example::start(PROGRAM);
    for accept in ["*/*", "application/json", "text/html, */*;q=0.1"] {
        let answer = get(&example, "/orders/42", accept).await;
        let body = json!({"code": "ORDER_NOT_FOUND", "message": "order 42 does not exist"});
        assert_eq!((answer.status.as_u16(), old(&answer)), (404, json!({"error": body})));
    }
    for (method, path, status, code) in [
        (Method::GET, "/nowhere", 404, "ROUTE_NOT_FOUND"),
        (Method::DELETE, "/orders/1", 405, "METHOD_NOT_ALLOWED"),
        (Method::GET, "/orders/x", 400, "INVALID_INPUT"),
    ] {
        let answer = send(&example, method, path, "*/*", &Value::Null).await;
        assert_eq!(
            (answer.status.as_u16(), &old(&answer)["error"]["code"]),
            (status, &json!(code))
        );
    }
}

#[tokio::test]
async fn old_body_lists_the_fields_with_mistakes() {
    let example = Example::start(PROGRAM);
    let body = json!({"article": 7, "quantity": "two"});
    let answer = send(&example, Method::POST, "/orders", "*/*", &body).await;
    let fields = json!({"article": "must be a string", "quantity": "must be an integer"});
    assert_eq!((answer.status.as_u16(), &old(&answer)["error"]["fields"]), (400, &fields));
}

#[tokio::test]
async fn client_that_accepts_problems_receives_them() {
    let example = Example::start(PROGRAM);
    for (path, accept) in
        [("/orders/42", PROBLEMS), ("/v2/orders/42", "*/*"), ("/v2/orders/42", PROBLEMS)]
    {
        let answer = get(&example, path, accept).await;
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        let body = answer.json();
        assert_eq!((&body["code"], &body["order_id"]), (&json!("order_not_found"), &json!(42)));
        assert_eq!(body["request_id"], "req-7");
    }
    let unknown = get(&example, "/v2/nowhere", "*/*").await;
    assert_eq!((unknown.status.as_u16(), &*unknown.code()), (404, "route_not_found"));
}

#[tokio::test]
async fn body_written_by_hand_is_a_problem_for_those_who_accept_it() {
    let example = Example::start(PROGRAM);
    let export =
        async |path, accept| send(&example, Method::POST, path, accept, &Value::Null).await;
    let answer = export("/exports", "*/*").await;
    let message = "There are no exports left this month.";
    let body = json!({"error": {"code": "QUOTA_EXHAUSTED", "message": message}});
    assert_eq!((answer.status.as_u16(), old(&answer)), (402, body));
    for (path, accept) in [("/exports", PROBLEMS), ("/v2/exports", "*/*")] {
        let answer = export(path, accept).await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (402, "quota_exhausted"));
        assert_eq!(answer.json()["detail"], message);
    }
}

#[tokio::test]
async fn ids_and_cause_of_an_old_body_are_in_the_log() {
    let mut example = Example::start(PROGRAM);
    let answer = get(&example, "/orders/2", "*/*").await;
    let body = json!({"code": "INTERNAL_ERROR", "message": "Internal server error"});
    assert_eq!((answer.status.as_u16(), old(&answer)), (500, json!({"error": body})));
    let line = example.line();
    assert!(line.contains("req-7") && line.contains("damaged in the database"), "{line}");
}
