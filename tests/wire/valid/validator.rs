//! Rules that validator derives.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::post;
use definable_errors::extract::{Json, Valid};
use expect_test::expect;
use validator::{Validate, ValidationError};

use super::{answer, posting, told};

#[derive(serde::Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
#[validate(schema(function = "nobody", skip_on_field_errors = false))]
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
    #[validate(nested)]
    by_name: BTreeMap<String, Contact>,
}

#[derive(serde::Deserialize, Validate)]
struct Contact {
    #[validate(url)]
    #[serde(rename = "URL")]
    url: String,
    #[validate(range(min = 1, max = 10))]
    qty: u32,
}

fn nobody(_: &SignUp) -> Result<(), ValidationError> {
    Err(ValidationError::new("closed").with_message("nobody can sign up today".into()))
}

fn known(address: &str) -> Result<(), ValidationError> {
    let mut error = ValidationError::new("known_spammer");
    error.add_param("address".into(), &address);
    Err(error)
}

fn app() -> Router {
    Router::new()
        .route("/sign-ups", post(|_: Valid<Json<SignUp>>| async {}))
        .route("/contacts", post(|_: Valid<Json<Vec<Contact>>>| async {}))
}

#[tokio::test]
async fn broken_rules_have_pointers_codes_and_params() {
    let sent = r#"{"firstName":"hunter2","mailAddress":"hunter2","age":17,"password":"hunter2","again":"hunter3","contacts":[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}],"byName":{"x":{"URL":"hunter2","qty":1}}}"#;
    answer(app(), posting("/sign-ups", sent)).await.is(&expect![[r#""#]]);
}

#[tokio::test]
async fn broken_rules_come_with_mistakes_of_type() {
    let sent = r#"{"firstName":"hunter2","mailAddress":1,"age":300,"password":"hunter2","contacts":[{"URL":"hunter2","qty":"x"},{"URL":1,"qty":11}],"byName":{}}"#;
    assert_eq!(told(app(), posting("/sign-ups", sent)).await, [""]);
}

#[tokio::test]
async fn a_list_has_indices() {
    let sent = r#"[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}]"#;
    assert_eq!(told(app(), posting("/contacts", sent)).await, [""]);
}
