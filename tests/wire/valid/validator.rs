//! Tests of rules that validator derives.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::post;
use definable_errors::extract::{Json, Query, Valid};
use expect_test::expect;
use support::get;
use validator::{Validate, ValidationError};

use super::{answer, posting, reported};

#[derive(serde::Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
#[validate(schema(function = "closed", skip_on_field_errors = false))]
struct SignUp {
    #[validate(length(min = 1, max = 3))]
    first_name: String,
    #[validate(email, custom(function = "known"))]
    mail_address: String,
    #[validate(range(min = 18, max = 99))]
    age: u8,
    #[validate(must_match(other = "again", message = "must be the same twice"))]
    password: String,
    again: String,
    #[validate(required)]
    zip_code: Option<String>,
    #[validate(nested)]
    contacts: Vec<Contact>,
}

/// A struct for validator that clients send as a text.
#[derive(serde::Deserialize, serde::Serialize, Validate)]
#[serde(transparent)]
struct Tag {
    #[validate(length(min = 1, max = 3))]
    text: String,
}

#[derive(serde::Deserialize, Validate)]
struct Tagged {
    #[validate(length(max = 2), nested)]
    tags: Vec<Tag>,
}

#[derive(serde::Deserialize, Validate)]
struct AllTagged {
    #[validate(nested)]
    tags: Vec<Tag>,
}

#[derive(serde::Deserialize, Validate)]
struct Contact {
    #[validate(url)]
    #[serde(rename = "URL")]
    url: String,
    #[validate(range(min = 1, max = 10))]
    qty: u32,
}

fn closed(_: &SignUp) -> Result<(), ValidationError> {
    Err(ValidationError::new("closed").with_message("sign-ups are closed today".into()))
}

fn known(address: &str) -> Result<(), ValidationError> {
    let mut error = ValidationError::new("known_spammer");
    error.add_param("address".into(), &address);
    Err(error)
}

fn app() -> Router {
    Router::new()
        .route("/sign-ups", post(|_: Valid<Json<SignUp>>| async {}))
        .route("/books", post(|_: Valid<Json<Book>>| async {}))
        .route("/all-tagged", post(|_: Valid<Json<AllTagged>>| async {}))
        .route("/contacts", post(|_: Valid<Json<Vec<Contact>>>| async {}))
        .route(
            "/tagged",
            post(|_: Valid<Json<Tagged>>| async {}).get(|_: Valid<Query<Tagged>>| async {}),
        )
}

#[tokio::test]
async fn broken_rules_have_pointers_codes_and_params() {
    let sent = r#"{"firstName":"hunter2","mailAddress":"hunter2","age":17,"password":"hunter2","again":"hunter3","contacts":[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}]}"#;
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
        errors: [{"in":"body","pointer":"#","code":"closed","detail":"sign-ups are closed today"},{"in":"body","pointer":"#/firstName","code":"length","detail":"must be 1 to 3 characters long","params":{"min":1,"max":3}},{"in":"body","pointer":"#/mailAddress","code":"email","detail":"must be an email address"},{"in":"body","pointer":"#/mailAddress","code":"known_spammer","detail":"is not valid"},{"in":"body","pointer":"#/age","code":"range","detail":"must be between 18 and 99","params":{"min":18,"max":99}},{"in":"body","pointer":"#/password","code":"must_match","detail":"must be the same twice"},{"in":"body","pointer":"#/contacts/1/URL","code":"url","detail":"must be a URL"},{"in":"body","pointer":"#/contacts/1/qty","code":"range","detail":"must be between 1 and 10","params":{"min":1,"max":10}},{"in":"body","pointer":"#/zipCode","code":"required","detail":"is required"}]
    "##]]);
}

#[tokio::test]
async fn broken_rules_are_reported_with_mistakes_of_type() {
    let sent = r#"{"firstName":"hunter2","mailAddress":1,"age":300,"password":"hunter2","contacts":[{"URL":"hunter2","qty":"x"},{"URL":1,"qty":11}]}"#;
    assert_eq!(
        reported(app(), posting("/sign-ups", sent)).await,
        [
            r#"body #/firstName length: must be 1 to 3 characters long {"max":3,"min":1}"#,
            r#"body #/mailAddress type: must be a string {"expected":"string"}"#,
            r#"body #/age range: must be between 0 and 255 {"max":255,"min":0}"#,
            "body #/contacts/0/URL url: must be a URL",
            r#"body #/contacts/0/qty type: must be an integer {"expected":"integer"}"#,
            r#"body #/contacts/1/URL type: must be a string {"expected":"string"}"#,
            r#"body #/contacts/1/qty range: must be between 1 and 10 {"max":10,"min":1}"#,
            "body #/again required: is required",
            "body #/zipCode required: is required"
        ]
    );
}

#[derive(serde::Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
struct Book {
    #[validate(nested)]
    by_name: BTreeMap<String, Contact>,
}

/// validator counts the entries of a map without their keys, so the field is reported by its name
/// in Rust.
#[tokio::test]
async fn broken_rule_in_a_map_is_reported_at_the_map() {
    let sent =
        r#"{"byName":{"x":{"URL":"https://example.com","qty":1},"a":{"URL":"hunter2","qty":1}}}"#;
    let reported = reported(app(), posting("/books", sent)).await;
    assert_eq!(reported, [r#"body #/byName url: must be a URL {"field":"url"}"#]);
}

#[tokio::test]
async fn items_of_a_list_are_reported_by_index() {
    let sent = r#"[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}]"#;
    assert_eq!(
        reported(app(), posting("/contacts", sent)).await,
        [
            "body #/1/URL url: must be a URL",
            r#"body #/1/qty range: must be between 1 and 10 {"max":10,"min":1}"#
        ]
    );
}

/// More rules are broken than are kept.
#[tokio::test]
async fn hundred_of_thousands_of_broken_rules_are_reported() {
    let sent = format!(r#"{{"tags":["a",{}]}}"#, vec!["\"hunter2\""; 6_000].join(","));
    let tagged = reported(app(), posting("/all-tagged", sent)).await;
    let length = r#"must be 1 to 3 characters long {"max":3,"min":1}"#;
    let expected = |at| format!("body #/tags/{at} length: {length}");
    assert_eq!(tagged, (1..=100).map(expected).collect::<Vec<_>>());
}

#[tokio::test]
async fn newtype_is_reported_as_one_value() {
    let length = r#"must be 1 to 3 characters long {"max":3,"min":1}"#;
    assert_eq!(
        reported(app(), posting("/tagged", r#"{"tags":["a","hunter2"]}"#)).await,
        [format!("body #/tags/1 length: {length}")]
    );
    assert_eq!(
        reported(app(), get("/tagged?tags=a&tags=hunter2")).await,
        [format!("query tags length: {length}")]
    );
}

/// validator stores errors either about a list or about its items.
#[tokio::test]
async fn items_of_a_list_that_breaks_a_rule_itself_are_not_reported() {
    assert_eq!(
        reported(app(), posting("/tagged", r#"{"tags":["a","b","hunter2"]}"#)).await,
        [r#"body #/tags length: must have at most 2 items {"max":2}"#]
    );
}
