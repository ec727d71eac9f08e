//! Input that clients submit and our extractors reject, with a canary in every place.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::routing::{any, get as on_get};
use definable_errors::ApiError;
use definable_errors::extract::{BodyLimit, Extension, Form, Header, Json, Multipart, Path, Query};
use http::{Method, Request};
use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use support::request;

/// A type whose errors repeat its input in every way that serde offers.
struct Parrot(#[expect(dead_code, reason = "never made")] String);

impl<'de> Deserialize<'de> for Parrot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(match text.len() % 4 {
            0 => D::Error::custom(&text),
            1 => D::Error::invalid_value(Unexpected::Str(&text), &&*text),
            2 => D::Error::unknown_variant(&text, &["a", "b"]),
            _ => D::Error::invalid_type(Unexpected::Other(&text), &&*text),
        })
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Fast,
}

#[derive(serde::Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tagged {
    Small {
        #[serde(rename = "size")]
        _size: u8,
    },
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(#[expect(dead_code, reason = "only deserialized")] u8),
    Parrot(#[expect(dead_code, reason = "only deserialized")] Parrot),
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct Everything {
    number: Option<u8>,
    truth: Option<bool>,
    kind: Option<Kind>,
    parrot: Option<Parrot>,
    letter: Option<char>,
    uuid: Option<uuid::Uuid>,
    list: Option<Vec<u8>>,
    map: Option<BTreeMap<u8, u8>>,
    tagged: Option<Tagged>,
    untagged: Option<Untagged>,
}

/// A type whose name is a canary, because a note might contain it.
#[derive(Clone)]
struct Hunter2Settings;

async fn parts(parts: Multipart) -> Result<(), ApiError> {
    let mut parts = parts.with_max_parts(2);
    while let Some(field) = parts.next_field().await? {
        match field.name() {
            Some("number") => drop(field.parse::<u8>().await?),
            Some("parrot") => drop(field.parse::<Parrot>().await?),
            Some("text") => drop(field.text().await?),
            Some("file") => drop(field.accepting(&["image/*"])?.with_limit(4).bytes().await?),
            _ => {}
        }
    }
    Err(ApiError::conflict("Everything was taken."))
}

pub(super) fn app() -> Router {
    Router::new()
        .route("/json", any(|_: Json<Everything>| async {}))
        .route("/small", any(|_: Json<Everything>| async {}).layer(BodyLimit::bytes(4)))
        .route("/form", any(|_: Form<Everything>| async {}))
        .route("/query", on_get(|_: Query<Everything>| async {}))
        .route("/header", on_get(|_: Header<Everything>| async {}))
        .route("/path/{number}", on_get(|_: Path<u8>| async {}))
        .route("/pair/{parrot}/{kind}", on_get(|_: Path<(Parrot, Kind)>| async {}))
        .route("/struct/{parrot}", on_get(|_: Path<BTreeMap<String, Parrot>>| async {}))
        .route("/missing/{number}", on_get(|_: Path<(u8, u8)>| async {}))
        .route("/extension", on_get(|_: Extension<Hunter2Settings>| async {}))
        .route("/parts", any(parts))
}

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const PARTS: (&str, &str) = ("content-type", "multipart/form-data; boundary=x");
const NONE: (&str, &str) = ("x-none", "");

const INVALID: &str = "validation_failed";
const MALFORMED: &str = "malformed_body";
const UNSUPPORTED: &str = "unsupported_media_type";

type Case = (&'static str, &'static str, (&'static str, &'static str), &'static str);

/// The expected code, the path, a header and the body of each case.
pub(super) const CASES: [Case; 60] = [
    (INVALID, "/json", JSON, "{\"number\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"truth\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"kind\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"parrot\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"letter\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"uuid\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"list\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"map\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"tagged\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"untagged\":\"hunter2-canary\"}"),
    (INVALID, "/json", JSON, "{\"map\":{\"1\":\"hunter2-canary\"}}"),
    (INVALID, "/json", JSON, "{\"list\":[\"hunter2-canary\"]}"),
    (INVALID, "/json", JSON, "{\"tagged\":{\"kind\":\"hunter2-canary\"}}"),
    (INVALID, "/json", JSON, "{\"tagged\":{\"kind\":\"small\",\"size\":\"hunter2-canary\"}}"),
    (INVALID, "/json", JSON, "{\"kind\":{\"hunter2-canary\":1}}"),
    (INVALID, "/json", JSON, "{\"parrot\":\"hunter2-canary1\"}"),
    (INVALID, "/json", JSON, "{\"parrot\":\"hunter2-canary12\"}"),
    (INVALID, "/json", JSON, "{\"parrot\":\"hunter2-canary123\"}"),
    (INVALID, "/json", JSON, "\"hunter2-canary\""),
    (INVALID, "/json", JSON, "[\"hunter2-canary\"]"),
    (MALFORMED, "/json", JSON, "{\"number\":\"hunter2-canary"),
    (MALFORMED, "/json", JSON, "hunter2-canary"),
    (MALFORMED, "/json", JSON, "{\"number\":1}hunter2-canary"),
    (MALFORMED, "/json", JSON, "{'hunter2-canary'}"),
    (UNSUPPORTED, "/json", ("content-type", "text/hunter2-canary"), "{}"),
    (UNSUPPORTED, "/json", ("content-type", "application/json; charset=hunter2-canary"), "{}"),
    ("payload_too_large", "/small", JSON, "\"hunter2-canary\""),
    (INVALID, "/form", FORM, "number=hunter2-canary"),
    (INVALID, "/query?number=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "truth=hunter2-canary"),
    (INVALID, "/query?truth=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "kind=hunter2-canary"),
    (INVALID, "/query?kind=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "parrot=hunter2-canary"),
    (INVALID, "/query?parrot=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "letter=hunter2-canary"),
    (INVALID, "/query?letter=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "uuid=hunter2-canary"),
    (INVALID, "/query?uuid=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "list=hunter2-canary"),
    (INVALID, "/query?list=hunter2-canary", NONE, ""),
    (INVALID, "/form", FORM, "number=1&number=hunter2-canary"),
    (MALFORMED, "/form", FORM, "number=hunter2-canary%ff"),
    (UNSUPPORTED, "/form", ("content-type", "hunter2/canary"), "hunter2-canary"),
    ("bad_request", "/query?hunter2-canary=%ff", NONE, ""),
    (INVALID, "/header", ("number", "hunter2-canary"), ""),
    (INVALID, "/header", ("kind", "hunter2-canary"), ""),
    (INVALID, "/header", ("parrot", "hunter2-canary"), ""),
    (INVALID, "/path/hunter2-canary", NONE, ""),
    (INVALID, "/pair/hunter2-canary/hunter2-canary", NONE, ""),
    (INVALID, "/struct/hunter2-canary", NONE, ""),
    ("bad_request", "/path/hunter2-canary%ff", NONE, ""),
    ("internal_error", "/missing/hunter2-canary", NONE, ""),
    ("internal_error", "/extension", NONE, "hunter2-canary"),
    (
        INVALID,
        "/parts",
        PARTS,
        "--x\r\nContent-Disposition: form-data; name=\"number\"\r\n\r\nhunter2-canary\r\n--x--\r\n",
    ),
    (
        INVALID,
        "/parts",
        PARTS,
        "--x\r\nContent-Disposition: form-data; name=\"parrot\"\r\n\r\nhunter2-canary\r\n--x--\r\n",
    ),
    (
        UNSUPPORTED,
        "/parts",
        PARTS,
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"hunter2-canary\"\r\nContent-Type: text/hunter2\r\n\r\nhunter2-canary\r\n--x--\r\n",
    ),
    (
        "payload_too_large",
        "/parts",
        PARTS,
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"hunter2-canary\"\r\nContent-Type: image/png\r\n\r\nhunter2-canary\r\n--x--\r\n",
    ),
    (MALFORMED, "/parts", PARTS, "hunter2-canary"),
    (
        UNSUPPORTED,
        "/parts",
        ("content-type", "multipart/form-data; hunter2=canary"),
        "hunter2-canary",
    ),
];

/// Returns a request for every case; a `POST` if there is a body.
pub(super) fn requests() -> Vec<Request<Body>> {
    CASES
        .map(|(_, path, (name, value), body)| {
            let method = if body.is_empty() { Method::GET } else { Method::POST };
            let method = if path == "/extension" { Method::GET } else { method };
            let mut sent = request(method, path);
            sent.headers_mut().insert(name, value.parse().unwrap());
            *sent.body_mut() = body.into();
            sent
        })
        .into()
}
