//! Queries: pairs of texts.

use serde::Deserialize;
use uuid::Uuid;

use crate::corpus::mistake::{extra, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![plain(), lists(), strict()]
}

fn plain() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Search {
        text: String,
        page_number: u16,
        is_exact: bool,
        owner: Option<Uuid>,
        max_price: Option<f32>,
    }

    let body = r#"{"text": "a b", "pageNumber": "1", "isExact": "true",
        "owner": "67e55044-10b1-426f-9247-bb680e5fe0c8", "maxPrice": "1.5"}"#;
    Shape::query::<Search>("a query", body).with([
        lacks("/text"),
        wrong("/pageNumber", "\"one\"", "type integer"),
        wrong("/pageNumber", "\"70000\"", "range 0..65535"),
        wrong("/isExact", "\"yes\"", "type boolean"),
        wrong("/owner", "\"me\"", "invalid"),
        wrong("/maxPrice", "\"cheap\"", "type number"),
        twice("/isExact", "\"false\""),
        lacks("/isExact"),
    ])
}

fn lists() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Sort {
        Price,
        Name,
    }

    #[derive(Deserialize)]
    struct Filter {
        tag: Vec<u8>,
        #[serde(default)]
        color: Vec<String>,
        sort: Sort,
        limit: u8,
    }

    let body = r#"{"tag": ["1", "2"], "color": ["red"], "sort": "price", "limit": "5"}"#;
    Shape::query::<Filter>("a query with lists", body).with([
        wrong("/tag", "[\"1\", \"x\"]", "type integer"),
        wrong("/tag", "[\"300\"]", "range 0..255"),
        wrong("/sort", "\"prise\"", "one_of price|name ?price"),
        wrong("/limit", "\"-1\"", "range 0..255"),
        lacks("/limit"),
        lacks("/sort"),
    ])
}

fn strict() -> Shape {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Login {
        user: String,
        #[serde(default)]
        remember: bool,
        tenant: u32,
    }

    let body = r#"{"user": "a", "remember": "true", "tenant": "1"}"#;
    Shape::query::<Login>("a query that takes nothing else", body).with([
        extra("/tennant", "unknown_field ?tenant"),
        extra("/redirect", "unknown_field"),
        lacks("/user"),
        wrong("/remember", "\"1\"", "type boolean"),
        wrong("/tenant", "\"a\"", "type integer"),
    ])
}
