//! Tests of texts that serde buffers for `flatten` and for enums: they are parsed into the types of
//! their fields.

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::ApiErrorLayer;
use definable_errors::extract::{Form, Header, Json, Path, Query, Valid};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::{Answer, Recorder, get, send};

use super::{answer, with};

#[derive(Serialize, Deserialize)]
struct Page {
    page: u16,
    size: Option<u8>,
    exact: Option<bool>,
    ratio: Option<f64>,
    letter: Option<char>,
}

#[derive(Serialize, Deserialize)]
struct Search {
    q: Option<String>,
    #[serde(flatten)]
    page: Page,
}

#[derive(Serialize, Deserialize)]
struct Texts {
    #[serde(flatten)]
    number: Number,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Number {
    id: i64,
}

#[derive(Serialize, Deserialize)]
struct Twins {
    #[serde(flatten)]
    twins: Both,
}

#[derive(Serialize, Deserialize)]
struct Both {
    a: String,
    b: u8,
    c: String,
    d: u8,
}

#[derive(Serialize, Deserialize)]
struct Lists {
    #[serde(flatten)]
    list: List,
}

#[derive(Serialize, Deserialize)]
struct List {
    n: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tagged {
    Circle { radius: u32 },
    Label { text: String, bold: bool },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Number(u8),
    Text(String),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    ById { id: u32 },
    ByName { name: String, age: Option<u8> },
}

#[derive(Serialize, Deserialize)]
struct Outer {
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Serialize, Deserialize)]
struct Inner {
    x: i8,
    #[serde(flatten)]
    sort: Sorted,
}

#[derive(Serialize, Deserialize)]
struct Sorted {
    sort: Sort,
    y: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Newest,
    Oldest,
}

#[derive(Serialize, Deserialize)]
struct Nested {
    filter: Option<Number>,
}

#[derive(Serialize, Deserialize)]
struct FlatNested {
    #[serde(flatten)]
    nested: Nested,
}

#[derive(Serialize, Deserialize)]
struct Wide {
    #[serde(flatten)]
    wide: Huge,
}

#[derive(Serialize, Deserialize)]
struct Huge {
    huge: u128,
}

#[derive(Serialize, Deserialize)]
struct Pair {
    #[serde(flatten)]
    ids: Ids,
}

#[derive(Serialize, Deserialize)]
struct Ids {
    org: u32,
    name: String,
}

impl definable_errors::extract::Rules for Search {
    fn check(&self, (): (), violations: &mut definable_errors::extract::Violations<'_>) {
        violations.at_field("page").field("page", &self.page.page).range(1..);
    }
}

macro_rules! routes {
    ($($path:literal $type:ty)*) => {
        Router::new()$(.route($path, on_get(|Query(it): Query<$type>| async move { Json(it) })))*
    };
}

fn app() -> Router {
    routes! {
        "/search" Search "/texts" Texts "/twins" Twins "/lists" Lists "/tagged" Tagged
        "/adjacent" Adjacent "/untagged" Untagged "/outer" Outer "/nested" Nested
        "/flat-nested" FlatNested "/wide" Wide "/number" u8 "/direct" Huge
    }
    .route("/form", post(|Form(it): Form<Search>| async { Json(it) }))
    .route("/header", on_get(|Header(it): Header<Search>| async { Json(it) }))
    .route("/header-list", on_get(|Header(it): Header<Lists>| async { Json(it) }))
    .route("/valid", on_get(|Valid(Query(it)): Valid<Query<Search>>| async { Json(it) }))
    .route("/path/{org}/{name}", on_get(|Path(it): Path<Pair>| async { Json(it) }))
    .route("/lacking/{org}", on_get(|Path(it): Path<Pair>| async { Json(it) }))
}

async fn asked(path: &str) -> Answer {
    answer(app(), get(path)).await
}

/// Asserts that the query is deserialized into `expected`.
#[track_caller]
fn is_read(answer: &Answer, expected: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.json()), (200, expected));
}

#[tokio::test]
async fn flattened_text_of_a_query_is_parsed_into_its_type() {
    let page =
        json!({"q": null, "page": 2, "size": null, "exact": null, "ratio": null, "letter": null});
    is_read(&asked("/search?page=2").await, &page);
    let all = json!({"q": "2", "page": 2, "size": 2, "exact": true, "ratio": 1.5, "letter": "x"});
    let query = "/search?q=2&page=2&size=2&exact=true&ratio=1.5&letter=x";
    is_read(&asked(query).await, &all);
    is_read(&asked("/search?page=2&size=&exact=").await, &page);
    is_read(
        &asked("/outer?x=-1&sort=oldest&y=7").await,
        &json!({"x": -1, "sort": "oldest", "y": 7}),
    );
}

#[tokio::test]
async fn flattened_text_of_a_string_field_stays_a_text() {
    is_read(
        &asked("/texts?id=-3&a=1&b=true&c=-3").await,
        &json!({"id": -3, "a": "1", "b": "true", "c": "-3"}),
    );
    is_read(&asked("/twins?a=2&b=2&c=2&d=2").await, &json!({"a": "2", "b": 2, "c": "2", "d": 2}));
}

#[tokio::test]
async fn flattened_list_is_read_from_one_text_and_from_several() {
    is_read(&asked("/lists?n=1&n=2&n=3").await, &json!({"n": [1, 2, 3]}));
    is_read(&asked("/lists?n=1").await, &json!({"n": [1]}));
}

#[tokio::test]
async fn text_of_a_variant_is_parsed_into_its_type() {
    is_read(&asked("/tagged?kind=circle&radius=5").await, &json!({"kind": "circle", "radius": 5}));
    let label = json!({"kind": "label", "text": "5", "bold": true});
    is_read(&asked("/tagged?text=5&bold=true&kind=label").await, &label);
    for query in ["/adjacent?t=Number&c=7", "/adjacent?c=7&t=Number"] {
        is_read(&asked(query).await, &json!({"t": "Number", "c": 7}));
    }
    is_read(&asked("/adjacent?c=7&t=Text").await, &json!({"t": "Text", "c": "7"}));
    is_read(&asked("/untagged?id=9").await, &json!({"id": 9}));
    is_read(&asked("/untagged?name=9&age=9").await, &json!({"name": "9", "age": 9}));
}

#[tokio::test]
async fn flattened_text_of_every_other_extractor_is_parsed_too() {
    let page =
        json!({"q": null, "page": 2, "size": 3, "exact": null, "ratio": null, "letter": null});
    let form = [("content-type", "application/x-www-form-urlencoded")];
    is_read(&answer(app(), with(Method::POST, "/form", &form, "page=2&size=3")).await, &page);
    let header = with(Method::GET, "/header", &[("page", "2"), ("size", "3")], Body::empty());
    is_read(&answer(app(), header).await, &page);
    let header = with(Method::GET, "/header-list", &[("n", "1, 2")], Body::empty());
    is_read(&answer(app(), header).await, &json!({"n": [1, 2]}));
    is_read(&asked("/path/7/8").await, &json!({"org": 7, "name": "8"}));
    is_read(&asked("/valid?page=2&size=3").await, &page);
    is_read(&asked("/direct?huge=18446744073709551615").await, &json!({"huge": u64::MAX}));
}

/// Returns the name and code of every violation.
fn reported(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "validation_failed"));
    let errors = answer.json()["errors"].clone();
    let line =
        |it: &Value| format!("{} {}", it["name"].as_str().unwrap(), it["code"].as_str().unwrap());
    errors.as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn mistake_of_the_client_in_a_buffered_text_is_reported_by_its_name() {
    assert_eq!(reported(&asked("/search?page=x").await), ["page type"]);
    assert_eq!(reported(&asked("/search?page=70000&q=a").await), ["page range"]);
    assert_eq!(reported(&asked("/search?page=2&size=x&exact=true").await), ["size type"]);
    assert_eq!(reported(&asked("/search?page=1&page=2").await), ["page duplicate"]);
    assert_eq!(reported(&asked("/search?size=2").await), ["page required"]);
    assert_eq!(reported(&asked("/tagged?kind=circle&radius=wide").await), ["radius type"]);
    assert_eq!(reported(&asked("/path/x/8").await), ["org type"]);
    assert_eq!(reported(&asked("/valid?page=0").await), ["page range"]);
}

#[tokio::test]
async fn type_that_cannot_be_read_from_text_is_a_500() {
    let paths =
        ["/nested?filter=x", "/flat-nested?filter=x", "/wide?huge=1", "/number?a=1", "/lacking/7"];
    for path in paths {
        let reported = Recorder::default();
        let answer =
            send(app().layer(ApiErrorLayer::new().report(reported.clone())), get(path)).await;
        answer.check();
        assert_eq!((answer.status.as_u16(), &*answer.code()), (500, "internal_error"), "{path}");
        let notes = reported.notes();
        assert!(notes.contains("cannot be read from text"), "{path}: {notes}");
    }
}
