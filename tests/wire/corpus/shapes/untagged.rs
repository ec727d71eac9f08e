//! Enums without a tag.

use serde::Deserialize;

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![text_or_object(), one_or_list(), kinds(), several_objects()]
}

/// Returns an enum of the usual short and long form.
fn text_or_object() -> Shape {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Dependency {
        Version(String),
        Detailed(Detailed),
    }

    #[derive(Deserialize)]
    struct Detailed {
        version: String,
        optional: bool,
        #[serde(default)]
        features: Vec<String>,
    }

    #[derive(Deserialize)]
    struct Manifest {
        name: String,
        first: Dependency,
        second: Dependency,
    }

    let body = r#"{
        "name": "a", "first": "1", "second": {"version": "1", "optional": true, "features": ["a"]}
    }"#;
    Shape::json::<Manifest>("untagged: a text or an object", body).with([
        wrong("/name", "1", "type string"),
        wrong("/first", "1", "invalid"),
        lacks("/first"),
        wrong("/second/version", "1", "type string"),
        wrong("/second/optional", "\"yes\"", "type boolean"),
        lacks("/second/version"),
        wrong("/second/features", "\"a\"", "type array"),
        wrong("/second/features/0", "1", "type string"),
    ])
}

fn one_or_list() -> Shape {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(u8),
        Many(Vec<u8>),
    }

    #[derive(Deserialize)]
    struct Tags {
        tags: OneOrMany,
        others: Vec<OneOrMany>,
    }

    Shape::json::<Tags>("untagged: one or a list", r#"{"tags": [1, 2], "others": [1, [2, 3]]}"#)
        .with([
            wrong("/tags/1", "\"2\"", "type integer"),
            wrong("/tags/0", "null", "type integer"),
            wrong("/tags", "{}", "invalid"),
            wrong("/others/0", "\"1\"", "invalid"),
            wrong("/others/1/0", "300", "range 0..255"),
            lacks("/tags"),
        ])
}

fn kinds() -> Shape {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar {
        Flag(bool),
        Number(f64),
        Text(String),
        Nothing,
    }

    #[derive(Deserialize)]
    struct Cell {
        value: Scalar,
        row: Vec<Scalar>,
        width: u8,
    }

    Shape::json::<Cell>(
        "untagged: scalars",
        r#"{"value": 1, "row": [true, "x", null], "width": 1}"#,
    )
    .with([
        wrong("/value", "[]", "invalid"),
        wrong("/row/0", "{}", "invalid"),
        wrong("/row", "{}", "type array"),
        wrong("/width", "-1", "range 0..255"),
        lacks("/width"),
    ])
}

fn several_objects() -> Shape {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Account {
        Iban { iban: String, bic: Option<String> },
        Number { number: u64, bank: u32 },
    }

    #[derive(Deserialize)]
    struct Transfer {
        from: Account,
        to: Account,
        cents: u32,
    }

    let body = r#"{
        "from": {"iban": "DE", "bic": "B"}, "to": {"number": 1, "bank": 2}, "cents": 1
    }"#;
    Shape::json::<Transfer>("untagged: several objects", body).with([
        wrong("/from", "[]", "invalid"),
        wrong("/to", "\"DE\"", "invalid"),
        wrong("/to/bank", "\"2\"", "type integer"),
        wrong("/cents", "\"1\"", "type integer"),
        lacks("/cents"),
    ])
}
