//! A test of one body with 15 different mistakes: types, ranges, names, missing and unknown fields,
//! lists, nesting, rules.

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::{Json, Rules, Valid, Violations};
use expect_test::expect;
use http::Request;
use serde::Deserialize;
use support::send;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Order {
    order_id: Uuid,
    customer: Customer,
    items: Vec<Item>,
    priority: Priority,
    is_gift: bool,
    labels: HashMap<String, u16>,
    delivery: (f64, f64),
    payment: Payment,
    #[serde(default)]
    note: Option<String>,
    total_cents: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Customer {
    first_name: String,
    email: String,
    age: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Item {
    sku: String,
    qty: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Priority {
    Normal,
    Express,
}

#[derive(Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Payment {
    Card { number: String, year: u16 },
    Invoice,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("customer", &self.customer).nested();
        let mut items = violations.at_field("items");
        for (index, item) in self.items.iter().enumerate() {
            items.at_index(index).field("qty", &item.qty).range(1..=10);
        }
    }
}

impl Rules for Customer {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("first_name", &self.first_name).length(2..=80);
        if !self.email.contains('@') {
            violations.report("email").email();
        }
    }
}

const BODY: &str = r##"{
    "orderId": "hunter2-is-no-uuid",
    "customer": {"firstName": "A", "e-mail": "hunter2", "age": 300},
    "items": [{"sku": "a", "qty": 0}, {"sku": 7, "qty": 1}, {"qty": 2}, "hunter2"],
    "priority": "expres",
    "isGift": true,
    "labels": {"a/b": -1, "ok": 1},
    "delivery": [1.5],
    "payment": {"by": "card", "number": 4111, "year": "hunter2"}
}"##;

#[tokio::test]
async fn fifteen_mistakes_are_reported_at_once() {
    let app = Router::new()
        .route("/", post(|_: Valid<Json<Order>>| async {}))
        .layer(ApiErrorLayer::new());
    let request =
        Request::post("/").header("host", "localhost").header("content-type", "application/json");
    let answer = send(app, request.body(Body::from(BODY)).unwrap()).await;
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    answer.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "15 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/orderId","code":"invalid","detail":"is not valid"},{"in":"body","pointer":"#/customer/firstName","code":"length","detail":"must be 2 to 80 characters long","params":{"min":2,"max":80}},{"in":"body","pointer":"#/customer/e-mail","code":"unknown_field","detail":"is unknown, did you mean \"email\"?","params":{"suggestion":"email"}},{"in":"body","pointer":"#/customer/age","code":"range","detail":"must be between 0 and 255","params":{"min":0,"max":255}},{"in":"body","pointer":"#/customer/email","code":"required","detail":"is required"},{"in":"body","pointer":"#/items/0/qty","code":"range","detail":"must be between 1 and 10","params":{"min":1,"max":10}},{"in":"body","pointer":"#/items/1/sku","code":"type","detail":"must be a string","params":{"expected":"string"}},{"in":"body","pointer":"#/items/2/sku","code":"required","detail":"is required"},{"in":"body","pointer":"#/items/3","code":"type","detail":"must be an object","params":{"expected":"object"}},{"in":"body","pointer":"#/priority","code":"one_of","detail":"must be one of normal, express","params":{"expected":["normal","express"],"suggestion":"express"}},{"in":"body","pointer":"#/labels/a~1b","code":"range","detail":"must be between 0 and 65535","params":{"min":0,"max":65535}},{"in":"body","pointer":"#/delivery","code":"length","detail":"must have exactly 2 items","params":{"equal":2}},{"in":"body","pointer":"#/payment/number","code":"type","detail":"must be a string","params":{"expected":"string"}},{"in":"body","pointer":"#/payment/year","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"body","pointer":"#/totalCents","code":"required","detail":"is required"}]
    "##]]);
}
