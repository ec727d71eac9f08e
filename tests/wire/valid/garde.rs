//! Rules that garde derives.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Garde, Json, Query, Valid};
use expect_test::expect;
use garde::Validate;

use super::{answer, posting, told};
use crate::support::get;

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
    by_name: BTreeMap<String, Contact>,
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

fn known(_: &str, (): &()) -> garde::Result {
    Err(garde::Error::new("must not be known to us"))
}

fn app() -> Router {
    Router::new()
        .route("/sign-ups", post(|_: Valid<Json<Garde<SignUp>>>| async {}))
        .route("/contacts", post(|_: Valid<Json<Garde<Vec<Contact>>>>| async {}))
        .route("/query", on_get(|_: Valid<Query<Garde<Contact>>>| async {}))
}

#[tokio::test]
async fn broken_rules_have_pointers_codes_and_params() {
    let sent = r#"{"firstName":"hunter2","mailAddress":"hunter2","age":17,"password":"hunter2","again":"hunter3","contacts":[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}],"byName":{"x":{"URL":"hunter2","qty":1}},"nickName":"hunter2"}"#;
    answer(app(), posting("/sign-ups", sent)).await.is(&expect![[r#""#]]);
}

#[tokio::test]
async fn broken_rules_come_with_mistakes_of_type() {
    let sent = r#"{"firstName":"hunter2","mailAddress":1,"age":300,"password":"hunter2","contacts":[{"URL":"hunter2","qty":"x"},{"URL":1,"qty":11}],"byName":{},"nickName":"a"}"#;
    assert_eq!(told(app(), posting("/sign-ups", sent)).await, [""]);
}

#[tokio::test]
async fn other_inputs_have_rules_too() {
    let sent = r#"[{"URL":"https://example.com","qty":1},{"URL":"hunter2","qty":11}]"#;
    assert_eq!(told(app(), posting("/contacts", sent)).await, [""]);
    assert_eq!(told(app(), get("/query?URL=hunter2&qty=11")).await, [""]);
}
