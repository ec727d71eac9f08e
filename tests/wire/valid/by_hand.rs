//! Tests of rules that are written by hand.

use std::cell::Cell;
use std::collections::BTreeMap;

use axum::Router;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Form, Header, Json, Path, Query, Rules, Valid, Violations};
use expect_test::expect;
use support::get;

use super::{answer, posting, reported};

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stay {
    first_night: i64,
    last_night: i64,
    #[serde(rename = "who")]
    main_guest: String,
    guests: Vec<Guest>,
    #[serde(default)]
    rooms_by_floor: BTreeMap<String, Guest>,
    board: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
struct Guest {
    full_name: String,
}

impl Rules for Stay {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        if self.last_night < self.first_night {
            violations
                .report_value()
                .code("ends_before_start")
                .detail("must not end before it starts");
        }
        violations.field("last_night", &self.last_night).range(..=365);
        violations.field("main_guest", &self.main_guest).length(1..);
        violations.field("guests", &self.guests).length(1..=2).each();
        violations.field("rooms_by_floor", &self.rooms_by_floor).each();
        violations.field("board", &self.board).one_of(["half", "full"]);
    }
}

impl Rules for Guest {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("full_name", &self.full_name).length(..=5);
    }
}

fn app() -> Router {
    Router::new().route("/stays", post(|Valid(Json(_)): Valid<Json<Stay>>| async { "yes" }))
}

thread_local! {
    static CHECKED: Cell<usize> = const { Cell::new(0) };
}

/// A number that counts how often it is checked.
#[derive(serde::Deserialize)]
struct Counted(u8);

impl Rules for Counted {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        CHECKED.set(CHECKED.get() + 1);
        violations.value(&self.0).range(1..);
    }
}

#[derive(serde::Deserialize)]
#[serde(transparent)]
struct AllCounted {
    numbers: Vec<Counted>,
}

impl Rules for AllCounted {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.value(&self.numbers).each();
    }
}

/// One more is checked than are kept.
#[tokio::test]
async fn checking_stops_after_a_thousand_broken_rules() {
    let app = Router::new().route("/", post(|_: Valid<Json<AllCounted>>| async {}));
    let reported = reported(app, posting("/", format!("[{}]", vec!["0"; 20_000].join(",")))).await;
    assert_eq!(reported.len(), 100);
    assert_eq!(CHECKED.get(), 1_001);
}

#[tokio::test]
async fn valid_stay_is_accepted() {
    let stay = r#"{"firstNight":1,"lastNight":2,"who":"a","guests":[{"FULL-NAME":"a"}]}"#;
    assert_eq!(answer(app(), posting("/stays", stay)).await.body, "yes");
}

#[tokio::test]
async fn every_broken_rule_is_reported_with_the_clients_place() {
    let stay = r#"{"firstNight":400,"lastNight":399,"who":"a","guests":[{"FULL-NAME":"hunter2"},{"FULL-NAME":"a"},{"FULL-NAME":"hunter2"}],"roomsByFloor":{"a/b":{"FULL-NAME":"hunter2"}},"board":"hunter2"}"#;
    answer(app(), posting("/stays", stay)).await.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "7 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#","code":"ends_before_start","detail":"must not end before it starts"},{"in":"body","pointer":"#/lastNight","code":"range","detail":"must be at most 365","params":{"max":365}},{"in":"body","pointer":"#/guests","code":"length","detail":"must have 1 to 2 items","params":{"min":1,"max":2}},{"in":"body","pointer":"#/guests/0/FULL-NAME","code":"length","detail":"must be at most 5 characters long","params":{"max":5}},{"in":"body","pointer":"#/guests/2/FULL-NAME","code":"length","detail":"must be at most 5 characters long","params":{"max":5}},{"in":"body","pointer":"#/roomsByFloor/a~1b/FULL-NAME","code":"length","detail":"must be at most 5 characters long","params":{"max":5}},{"in":"body","pointer":"#/board","code":"one_of","detail":"must be one of \"half\", \"full\"","params":{"expected":["half","full"]}}]
    "##]]);
}

/// A field that was renamed by hand cannot be found: its parent is reported, with its name in Rust.
#[tokio::test]
async fn unknown_name_is_reported_as_it_is_in_rust() {
    let stay = r#"{"firstNight":1,"lastNight":2,"who":"","guests":[{"FULL-NAME":"a"}]}"#;
    assert_eq!(
        reported(app(), posting("/stays", stay)).await,
        [r##"body # length: must be at least 1 character long {"field":"main_guest","min":1}"##]
    );
}

#[tokio::test]
async fn broken_rules_are_reported_with_mistakes_of_type() {
    let stay = r#"{"firstNight":"1","lastNight":400,"who":1,"guests":[{"FULL-NAME":1},{"FULL-NAME":"hunter2"}],"board":"x"}"#;
    assert_eq!(
        reported(app(), posting("/stays", stay)).await,
        [
            r#"body #/firstNight type: must be an integer {"expected":"integer"}"#,
            r#"body #/lastNight range: must be at most 365 {"max":365}"#,
            r#"body #/who type: must be a string {"expected":"string"}"#,
            r#"body #/guests/0/FULL-NAME type: must be a string {"expected":"string"}"#,
            r#"body #/guests/1/FULL-NAME length: must be at most 5 characters long {"max":5}"#,
            r#"body #/board one_of: must be one of "half", "full" {"expected":["half","full"]}"#
        ]
    );
}

/// Rules about a value that contains placeholders do not count, and a missing field breaks no rule.
#[tokio::test]
async fn placeholder_breaks_no_rule() {
    let stay = r#"{"firstNight":"x","lastNight":-5,"board":"half"}"#;
    assert_eq!(
        reported(app(), posting("/stays", stay)).await,
        [
            r#"body #/firstNight type: must be an integer {"expected":"integer"}"#,
            "body #/who required: is required",
            "body #/guests required: is required"
        ]
    );
}

#[tokio::test]
async fn malformed_body_precedes_violations() {
    let refused = answer(app(), posting("/stays", r#"{"lastNight":400"#)).await;
    assert_eq!((refused.status.as_u16(), &*refused.code()), (400, "malformed_body"));
}

#[tokio::test]
async fn hundred_of_many_broken_rules_are_reported() {
    let guests = vec![r#"{"FULL-NAME":"hunter2"}"#; 2_500].join(",");
    let stay = format!(r#"{{"firstNight":1,"lastNight":2,"who":"a","guests":[{guests}]}}"#);
    let refused = answer(app(), posting("/stays", stay)).await;
    let body = refused.json();
    assert_eq!(body["errors"].as_array().unwrap().len(), 100);
    assert_eq!(body["truncated"], true);
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Search {
    min_price: u32,
    max_price: u32,
}

impl Rules for Search {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        if self.max_price < self.min_price {
            violations.report_value().code("empty_range").detail("the range must not be empty");
        }
        violations.field("max_price", &self.max_price).range(..=1_000);
    }
}

fn elsewhere() -> Router {
    Router::new()
        .route("/query", on_get(|_: Valid<Query<Search>>| async { "yes" }))
        .route("/header", on_get(|_: Valid<Header<Search>>| async { "yes" }))
        .route("/path/{min-price}/{max-price}", on_get(|_: Valid<Path<Search>>| async { "yes" }))
        .route("/form", post(|_: Valid<Form<Search>>| async { "yes" }))
}

#[tokio::test]
async fn every_extractor_checks_rules() {
    let mut header = get("/header");
    header.headers_mut().insert("min-price", "1".parse().unwrap());
    header.headers_mut().insert("max-price", "2000".parse().unwrap());
    let media_type = "application/x-www-form-urlencoded";
    let form = support::posting("/form", media_type, "min-price=3000&max-price=2000");
    assert_eq!(
        reported(elsewhere(), header).await,
        [r#"header max-price range: must be at most 1000 {"max":1000}"#]
    );
    assert_eq!(
        reported(elsewhere(), form).await,
        [
            "form # empty_range: the range must not be empty",
            r#"form #/max-price range: must be at most 1000 {"max":1000}"#
        ]
    );
    assert_eq!(
        reported(elsewhere(), get("/query?min-price=x&max-price=2000")).await,
        [
            r#"query min-price type: must be an integer {"expected":"integer"}"#,
            r#"query max-price range: must be at most 1000 {"max":1000}"#
        ]
    );
    assert_eq!(
        reported(elsewhere(), get("/path/3000/2000")).await,
        [
            "path  empty_range: the range must not be empty",
            r#"path max-price range: must be at most 1000 {"max":1000}"#
        ]
    );
}

#[tokio::test]
async fn every_extractor_accepts_valid_input() {
    for path in ["/query?min-price=1&max-price=2", "/path/1/2"] {
        assert_eq!(answer(elsewhere(), get(path)).await.body, "yes");
    }
}

#[derive(serde::Deserialize)]
struct Article {
    tags: Vec<String>,
    prices: BTreeMap<String, u128>,
}

impl Rules for Article {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("tags", &self.tags).each_with(|tag| tag.length(1..=5));
        violations
            .field("prices", &self.prices)
            .each_with(|price| price.range(..=u128::from(u64::MAX) + 1));
    }
}

#[tokio::test]
async fn items_without_rules_of_their_own_have_their_places() {
    let app = Router::new().route("/", post(|_: Valid<Json<Article>>| async {}));
    let article = r#"{"tags":["a","hunter2",7,""],"prices":{"a/b":99999999999999999999,"c":1}}"#;
    assert_eq!(
        reported(app, posting("/", article)).await,
        [
            r##"body #/tags/1 length: must be 1 to 5 characters long {"max":5,"min":1}"##,
            r##"body #/tags/2 type: must be a string {"expected":"string"}"##,
            r##"body #/tags/3 length: must be 1 to 5 characters long {"max":5,"min":1}"##,
            r##"body #/prices/a~1b range: must be at most 18446744073709551616 {"max":"18446744073709551616"}"##,
        ]
    );
}
