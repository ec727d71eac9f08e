//! Tests of rules that garde derives.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Garde, Json, Query, Valid};
use expect_test::expect;
use garde::Validate;
use support::get;

use super::{answer, posting, reported};

#[derive(serde::Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct SignUp {
    #[garde(length(min = 1, max = 3))]
    first_name: String,
    #[garde(email, custom(known))]
    mail_address: String,
    #[garde(range(min = 18, max = 99))]
    age: u8,
    #[garde(skip)]
    password: String,
    #[garde(matches(password))]
    again: String,
    #[garde(required)]
    zip_code: Option<String>,
    #[garde(dive)]
    contacts: Vec<Contact>,
    #[garde(dive)]
    nick_name: Name,
}

#[derive(serde::Deserialize, Validate)]
struct Contact {
    #[garde(url)]
    #[serde(rename = "URL")]
    url: String,
    #[garde(range(min = 1, max = 10))]
    qty: u32,
}

#[derive(serde::Deserialize, Validate)]
#[garde(transparent)]
struct Name(#[garde(length(max = 3))] String);

/// A newtype that clients send as a text.
#[derive(serde::Deserialize, Validate)]
struct Word(#[garde(length(max = 3))] String);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde calls it so")]
fn known(_: &str, (): &()) -> garde::Result {
    Err(garde::Error::new("must not be known to us"))
}

fn app() -> Router {
    Router::new()
        .route("/sign-ups", post(|_: Valid<Json<Garde<SignUp>>>| async {}))
        .route("/books", post(|_: Valid<Json<Garde<Book>>>| async {}))
        .route("/contacts", post(|_: Valid<Json<Garde<Vec<Contact>>>>| async {}))
        .route("/words", post(|_: Valid<Json<Garde<Vec<Word>>>>| async {}))
        .route("/query", on_get(|_: Valid<Query<Garde<Contact>>>| async {}))
}

#[tokio::test]
async fn broken_rules_have_pointers_codes_and_params() {
    let sent = r#"{"firstName":"hunter2","mailAddress":"hunter2","age":17,"password":"hunter2","again":"hunter3","contacts":[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}],"nickName":"hunter2"}"#;
    answer(app(), posting("/sign-ups", sent)).await.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "8 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/firstName","code":"length","detail":"must have a length of at most 3","params":{"max":3}},{"in":"body","pointer":"#/mailAddress","code":"invalid","detail":"must not be known to us"},{"in":"body","pointer":"#/mailAddress","code":"email","detail":"must be an email address"},{"in":"body","pointer":"#/age","code":"range","detail":"must be at least 18","params":{"min":18}},{"in":"body","pointer":"#/again","code":"matches","detail":"must match the other field"},{"in":"body","pointer":"#/contacts/1/URL","code":"url","detail":"must be a URL"},{"in":"body","pointer":"#/contacts/1/qty","code":"range","detail":"must be at most 10","params":{"max":10}},{"in":"body","pointer":"#/nickName","code":"length","detail":"must have a length of at most 3","params":{"max":3}},{"in":"body","pointer":"#/zipCode","code":"required","detail":"is required"}]
    "##]]);
}

#[tokio::test]
async fn broken_rules_are_reported_with_mistakes_of_type() {
    let sent = r#"{"firstName":"hunter2","mailAddress":1,"age":300,"password":"hunter2","contacts":[{"URL":"hunter2","qty":"x"},{"URL":1,"qty":11}],"nickName":"a"}"#;
    assert_eq!(
        reported(app(), posting("/sign-ups", sent)).await,
        [
            r#"body #/firstName length: must have a length of at most 3 {"max":3}"#,
            r#"body #/mailAddress type: must be a string {"expected":"string"}"#,
            r#"body #/age range: must be between 0 and 255 {"max":255,"min":0}"#,
            "body #/contacts/0/URL url: must be a URL",
            r#"body #/contacts/0/qty type: must be an integer {"expected":"integer"}"#,
            r#"body #/contacts/1/URL type: must be a string {"expected":"string"}"#,
            r#"body #/contacts/1/qty range: must be at most 10 {"max":10}"#,
            "body #/again required: is required",
            "body #/zipCode required: is required"
        ]
    );
}

#[derive(serde::Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct Book {
    #[garde(dive)]
    by_name: BTreeMap<String, Contact>,
}

#[tokio::test]
async fn entries_of_a_map_are_reported_by_their_keys() {
    let sent =
        r#"{"byName":{"x":{"URL":"https://example.com","qty":1},"a/b":{"URL":"hunter2","qty":1}}}"#;
    let of_two = reported(app(), posting("/books", sent)).await;
    assert_eq!(of_two, ["body #/byName/a~1b/URL url: must be a URL"]);
    let sent = r#"{"byName":{"first_name":{"URL":"hunter2","qty":1}}}"#;
    let of_one = reported(app(), posting("/books", sent)).await;
    assert_eq!(of_one, ["body #/byName/first_name/URL url: must be a URL"]);
}

#[tokio::test]
async fn other_extractors_check_rules_too() {
    let sent = r#"[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}]"#;
    assert_eq!(
        reported(app(), posting("/contacts", sent)).await,
        ["body #/1/URL url: must be a URL", r#"body #/1/qty range: must be at most 10 {"max":10}"#]
    );
    assert_eq!(
        reported(app(), get("/query?URL=hunter2&qty=11")).await,
        ["query URL url: must be a URL", r#"query qty range: must be at most 10 {"max":10}"#]
    );
}

/// More rules are broken than are kept.
#[tokio::test]
async fn hundred_of_thousands_of_broken_rules_are_reported() {
    let sent = format!("[{}]", vec!["\"hunter2\""; 6_000].join(","));
    let reported = reported(app(), posting("/words", sent)).await;
    let expected =
        |at| format!(r#"body #/{at} length: must have a length of at most 3 {{"max":3}}"#);
    assert_eq!(reported, (0..100).map(expected).collect::<Vec<_>>());
}

#[tokio::test]
async fn newtype_is_reported_as_one_value() {
    assert_eq!(
        reported(app(), posting("/words", r#"["a","hunter2"]"#)).await,
        [r#"body #/1 length: must have a length of at most 3 {"max":3}"#]
    );
}
