//! Tests of what a client of the example receives from the real program over HTTP.

use http::Method;
use serde_json::{Value, json};
use support::example::Example;
use support::{Answer, needs, with};

const PROGRAM: &str = env!("CARGO_BIN_EXE_validation");

async fn send(example: &Example, method: Method, path: &str, body: impl ToString) -> Answer {
    let fields = [("content-type", "application/json")];
    example.send(with(method, path, &fields, body.to_string())).await
}

async fn order(example: &Example, path: &str, body: impl ToString) -> Answer {
    send(example, Method::PUT, path, body).await
}

async fn deliver(example: &Example, body: impl ToString) -> Answer {
    send(example, Method::POST, "/deliveries", body).await
}

/// Returns the place and the code of each violation.
fn violations(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.code(), "validation_failed", "{answer}");
    let body = answer.json();
    let violations = body["errors"].as_array().expect("there are violations");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |one: &Value| text(&one["in"]) + " " + &text(&one["pointer"]) + &text(&one["name"]);
    violations.iter().map(|one| format!("{} {}", place(one), text(&one["code"]))).collect()
}

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    Example::start(PROGRAM).check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn path_query_and_body_are_checked_together() {
    let example = Example::start(PROGRAM);
    let body = r#"{
        "email": "ada", "lines": [{"sku": "TEA-0042", "quantity": 2}, {"sku": "tea", "quantity": "3"}],
        "giftMesage": "Enjoy!", "invoice": {"company": "", "website": "hunter2"}
    }"#;
    let answer = order(&example, "/shops/rome/orders/x?dryRun=maybe", body).await;
    assert_eq!(
        violations(&answer),
        [
            "path shop one_of",
            "path id type",
            "query dryRun type",
            "body #/email email",
            "body #/lines/1/sku sku",
            "body #/lines/1/quantity type",
            "body #/giftMesage unknown_field",
            "body #/invoice/company length",
            "body #/invoice/website url",
        ]
    );
    assert!(!answer.body.contains("hunter2"), "nothing is echoed: {answer}");
}

#[tokio::test]
async fn custom_rule_has_its_code_message_and_params() {
    let example = Example::start(PROGRAM);
    let body = json!({"email": "ada@example.com", "lines": [{"sku": "tea-1", "quantity": 1}]});
    let answer = order(&example, "/shops/berlin/orders/1", body).await;
    assert_eq!(
        answer.json()["errors"],
        json!([{
            "in": "body", "pointer": "#/lines/0/sku", "code": "sku",
            "detail": "must be three capital letters, a hyphen and four digits",
            "params": {"example": "TEA-0042"},
        }])
    );
}

#[tokio::test]
async fn valid_order_is_accepted_with_and_without_what_may_be_absent() {
    let example = Example::start(PROGRAM);
    let lines = json!([{"sku": "TEA-0042", "quantity": 2}, {"sku": "CUP-0001", "quantity": 1}]);
    let plain = json!({"email": "ada@example.com", "lines": lines});
    let answer = order(&example, "/shops/paris/orders/7", plain).await;
    let receipt = json!({"shop": "paris", "id": 7, "pieces": 3, "isStored": true});
    assert_eq!((answer.status.as_u16(), answer.json()), (200, receipt));
    let invoice = json!({"company": "ACME", "website": "https://acme.example"});
    let full = json!({
        "email": "ada@example.com", "lines": lines, "giftMessage": "Enjoy!", "invoice": invoice,
    });
    let answer = order(&example, "/shops/paris/orders/7?dryRun=true", full).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["isStored"]), (200, &json!(false)));
}

#[tokio::test]
async fn client_cannot_forge_a_line_of_the_log() {
    let mut example = Example::start(PROGRAM);
    let lines = json!([{"sku": "TEA-0042", "quantity": 2}]);
    let invoice = json!({"company": "ACME\n2026-01-01T00:00:00Z ERROR validation: forged"});
    let body = json!({"email": "ada@example.com", "lines": lines, "invoice": invoice});
    for id in [7, 8] {
        let answer = order(&example, &format!("/shops/paris/orders/{id}"), &body).await;
        assert_eq!(answer.status, 200);
        let line = example.line();
        assert!(line.ends_with(&format!(" order {id} of 2 pieces")), "{line}");
    }
}

#[tokio::test]
async fn rules_by_hand_reach_into_lists() {
    let example = Example::start(PROGRAM);
    let body =
        r#"{"country": "IT", "from": 25, "until": 9, "parcels": [{"grams": 1}, {"grams": 40000}]}"#;
    let answer = deliver(&example, body).await;
    assert_eq!(
        violations(&answer),
        [
            "body #/country one_of",
            "body #/from range",
            "body #/until after",
            "body #/parcels/1/grams range",
        ]
    );
}

#[tokio::test]
async fn rule_about_two_fields_waits_until_both_have_the_right_type() {
    let example = Example::start(PROGRAM);
    let body = json!({"country": "DE", "from": "nine", "until": 0, "parcels": []});
    let answer = deliver(&example, body).await;
    assert_eq!(violations(&answer), ["body #/from type", "body #/parcels length"]);
}

#[tokio::test]
async fn status_is_422_if_the_service_is_set_up_so() {
    let example = Example::with(PROGRAM, &[("VALIDATION_STATUS", "422")]);
    let answer = deliver(&example, "{}").await;
    assert_eq!(answer.status, 422);
    assert_eq!(violations(&answer).len(), 4);
    // What cannot be read is still a 400.
    let cut_off = with(Method::POST, "/deliveries", &[("content-type", "application/json")], "{");
    assert_eq!(example.send(cut_off).await.status, 400);
}
