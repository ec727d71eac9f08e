//! Tests of rules on values whose path in Rust differs from that in the input: flattened fields and
//! variants.

use axum::Router;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Garde, Json, Query, Valid};
use support::get;

use super::{posting, reported};

macro_rules! flattened {
    ($module:ident $krate:ident, [$($nested:tt)*] [$($range:tt)*] [$($length:tt)*]) => {
        mod $module {
            use $krate::Validate;

            #[derive(serde::Deserialize, Validate)]
            #[serde(rename_all = "camelCase")]
            pub(super) struct Search {
                #[$($length)*]
                pub(super) search_text: String,
                #[$($nested)*]
                #[serde(flatten)]
                pub(super) page: Page,
            }

            #[derive(serde::Deserialize, Validate)]
            #[serde(rename_all = "camelCase")]
            pub(super) struct Page {
                #[$($range)*]
                pub(super) page_size: u16,
                #[$($nested)*]
                #[serde(flatten)]
                pub(super) deeper: Deeper,
            }

            #[derive(serde::Deserialize, Validate)]
            #[serde(rename_all = "kebab-case")]
            pub(super) struct Deeper {
                #[$($range)*]
                pub(super) page_number: u16,
            }
        }
    };
}

flattened! { by_garde garde, [garde(dive)] [garde(range(min = 1))] [garde(length(min = 2))] }
flattened! { by_validator validator, [validate(nested)] [validate(range(min = 1))] [validate(length(min = 2))] }

#[derive(serde::Deserialize, garde::Validate)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Shape {
    Circle {
        #[garde(range(min = 1))]
        outer_radius: u32,
    },
    Square(#[garde(dive)] Side),
}

#[derive(serde::Deserialize, garde::Validate)]
#[serde(rename_all = "camelCase")]
struct Side {
    #[garde(range(min = 1))]
    side_length: u32,
}

#[derive(serde::Deserialize, garde::Validate)]
#[serde(tag = "kind", content = "content", rename_all_fields = "camelCase")]
enum Adjacent {
    Circle {
        #[garde(range(min = 1))]
        outer_radius: u32,
    },
}

#[derive(serde::Deserialize, garde::Validate)]
struct Drawing {
    #[garde(dive)]
    shapes: Vec<Shape>,
    #[garde(dive)]
    framed: Option<Adjacent>,
}

fn app() -> Router {
    Router::new()
        .route("/garde", post(|_: Valid<Json<Garde<by_garde::Search>>>| async {}))
        .route("/garde", on_get(|_: Valid<Query<Garde<by_garde::Search>>>| async {}))
        .route("/validator", post(|_: Valid<Json<by_validator::Search>>| async {}))
        .route("/validator", on_get(|_: Valid<Query<by_validator::Search>>| async {}))
        .route("/shape", post(|_: Valid<Json<Garde<Shape>>>| async {}))
        .route("/drawing", post(|_: Valid<Json<Garde<Drawing>>>| async {}))
}

/// Returns the place and code of each violation, as `#/qty range`.
async fn places(sent: http::Request<axum::body::Body>) -> Vec<String> {
    let lines = reported(app(), sent).await;
    let words = |line: &String| {
        let line = line.split(':').next().unwrap_or_default().to_owned();
        line.split_once(' ').unwrap().1.to_owned()
    };
    lines.iter().map(words).collect()
}

#[tokio::test]
async fn rule_of_a_flattened_field_is_reported_by_its_name_in_the_body() {
    let body = r#"{"searchText":"a","pageSize":0,"page-number":0}"#;
    let expected = ["#/searchText length", "#/pageSize range", "#/page-number range"];
    for path in ["/garde", "/validator"] {
        assert_eq!(places(posting(path, body)).await, expected, "{path}");
    }
}

#[tokio::test]
async fn rule_of_a_flattened_field_is_reported_by_its_name_in_the_query() {
    let expected = ["searchText length", "pageSize range", "page-number range"];
    for path in ["/garde", "/validator"] {
        let query = format!("{path}?searchText=a&pageSize=0&page-number=0");
        assert_eq!(places(get(&query)).await, expected, "{path}");
    }
}

#[tokio::test]
async fn rule_of_a_variant_is_reported_at_the_field_of_the_variant() {
    let circle = r#"{"kind":"circle","outerRadius":0}"#;
    let square = r#"{"kind":"square","sideLength":0}"#;
    assert_eq!(places(posting("/shape", circle)).await, ["#/outerRadius range"]);
    assert_eq!(places(posting("/shape", square)).await, ["#/sideLength range"]);
    let framed = r#"{"kind":"Circle","content":{"outerRadius":0}}"#;
    let drawing = format!(r#"{{"shapes":[{circle},{square}],"framed":{framed}}}"#);
    let expected = [
        "#/shapes/0/outerRadius range",
        "#/shapes/1/sideLength range",
        "#/framed/content/outerRadius range",
    ];
    assert_eq!(places(posting("/drawing", drawing)).await, expected);
}
