//! Bodies that are wrong everywhere, and the endpoints that they are sent to.

use std::collections::HashMap;

use axum::Router;
use axum::routing::post;
use definable_errors::extract::{Batch, Form, Json};
use serde::Deserialize;

pub(super) const KIB: usize = 1024;

/// The size in bytes up to which a body is diagnosed.
pub(super) const MOST_DIAGNOSED: usize = 64 * KIB;

/// A kind of body: one of a given size that is wrong everywhere, and one that its extractor
/// accepts.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) media_type: &'static str,
    pub(super) wrong: fn(usize) -> String,
    pub(super) valid: fn(usize) -> String,
    /// The status of the response to the wrong body.
    pub(super) status: u16,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The kinds that are sent in every size.
pub(super) const KINDS: [Kind; 4] = [
    Kind {
        name: "lines",
        media_type: JSON,
        wrong: |bytes| list("{}", bytes),
        valid: |bytes| list(r#"{"qty":1,"name":"a"}"#, bytes),
        status: 400,
    },
    Kind {
        name: "texts",
        media_type: JSON,
        wrong: |bytes| list("0", bytes),
        valid: |bytes| list("\"a\"", bytes),
        status: 400,
    },
    Kind {
        name: "numbers",
        media_type: FORM,
        wrong: |bytes| "a&".repeat(bytes / 2),
        valid: |bytes| format!("a=1&b={}", "b".repeat(bytes - 6)),
        status: 400,
    },
    Kind {
        name: "login",
        media_type: JSON,
        wrong: |bytes| format!("{{{}}}", vec!["\"\":0"; (bytes - 1) / 5].join(",")),
        valid: |bytes| format!(r#"{{"email":"{}","password":"a"}}"#, "b".repeat(bytes - 27)),
        status: 400,
    },
];

/// The kinds for which a diagnosis is most expensive.
pub(super) const DIAGNOSED: [Kind; 4] = [
    // Every name is compared with the known ones.
    Kind {
        name: "unknown",
        media_type: JSON,
        wrong: |bytes| list(r#"{"customer_identifier_0":0}"#, bytes),
        valid: |bytes| list(r#"{"customer_identifier_a":0}"#, bytes),
        status: 400,
    },
    // The values that serde buffers are searched for the cause of its error.
    Kind {
        name: "flattened",
        media_type: JSON,
        wrong: |bytes| format!("{{{}}}", vec![r#""":[]"#; (bytes - 1) / 6].join(",")),
        valid: |bytes| format!(r#"{{"id":1,"x":1{}}}"#, ",\"a\":1".repeat((bytes - 16) / 6)),
        status: 400,
    },
    // A place may have many steps.
    Kind {
        name: "nested",
        media_type: JSON,
        wrong: |bytes| list(&chain("\"\""), bytes),
        valid: |bytes| list(&chain("1"), bytes),
        status: 400,
    },
    // Every item is diagnosed separately.
    Kind {
        name: "batch",
        media_type: JSON,
        wrong: |bytes| batch(r#"[""]"#, bytes),
        valid: |bytes| batch("[1]", bytes),
        status: 207,
    },
];

/// Returns an array of about `bytes` bytes.
fn list(element: &str, bytes: usize) -> String {
    format!("[{}]", vec![element; (bytes - 1) / (element.len() + 1)].join(","))
}

/// Returns objects nested in each other, a hundred levels deep.
fn chain(value: &str) -> String {
    let links = 100;
    format!("{}null{}", format!(r#"{{"value":{value},"next":"#).repeat(links), "}".repeat(links))
}

/// Returns a thousand items with spaces between them.
fn batch(item: &str, bytes: usize) -> String {
    let space = " ".repeat(bytes / 1_000 - item.len() - 2);
    format!("[{}]", vec![item; 1_000].join(&format!(",{space}")))
}

pub(super) fn router() -> Router {
    Router::new()
        .route("/lines", post(|_: Json<Vec<Line>>| async {}))
        .route("/texts", post(|_: Json<Vec<String>>| async {}))
        .route("/numbers", post(|_: Form<Numbers>| async {}))
        .route("/login", post(|_: Json<Login>| async {}))
        .route("/unknown", post(|_: Json<Vec<Customer>>| async {}))
        .route("/flattened", post(|_: Json<Flattened>| async {}))
        .route("/nested", post(|_: Json<Vec<Link>>| async {}))
        .route("/batch", post(batched))
}

/// Responds with 200 only if every item is valid.
async fn batched(Batch(items): Batch<Untagged>) -> axum::response::Response {
    use axum::response::IntoResponse;
    if items.iter().all(Result::is_ok) {
        ().into_response()
    } else {
        Batch::<()>(items.into_iter().map(|item| item.map(drop)).collect()).into_response()
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Line {
    qty: u8,
    name: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Numbers {
    a: Vec<u8>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Login {
    email: String,
    password: String,
}

macro_rules! customer {
    ($($field:ident)*) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only read")]
        struct Customer {
            $(#[serde(default)] $field: Option<u8>,)*
        }
    };
}

customer! {
    customer_identifier_a customer_identifier_b customer_identifier_c customer_identifier_d
    customer_identifier_e customer_identifier_f customer_identifier_g customer_identifier_h
    customer_identifier_i customer_identifier_j customer_identifier_k customer_identifier_l
    customer_identifier_m customer_identifier_n customer_identifier_o customer_identifier_p
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Flattened {
    id: u8,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Inner {
    x: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Link {
    value: u8,
    next: Option<Box<Link>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Untagged {
    Number(u8),
    Numbers(Vec<u8>),
    Named { id: u8 },
}
