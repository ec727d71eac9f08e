//! Members of an inner value that are flattened into the outer one.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;

use crate::corpus::mistake::{extra, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![structs(), maps(), values(), tagged(), externally(), nested(), options(), lists()]
}

#[derive(Deserialize)]
struct Paging {
    page: u32,
    size: u8,
}

fn structs() -> Shape {
    #[derive(Deserialize)]
    struct Search {
        text: String,
        #[serde(flatten)]
        paging: Paging,
        #[serde(flatten)]
        sorting: Sorting,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sorting {
        sort_by: String,
        is_descending: bool,
    }

    let body = r#"{"text": "a", "page": 1, "size": 2, "sortBy": "x", "isDescending": true}"#;
    Shape::json::<Search>("flattened structs", body).with([
        wrong("/text", "1", "type string"),
        wrong("/page", "\"1\"", "type integer"),
        wrong("/size", "300", "range 0..255"),
        lacks("/size"),
        wrong("/sortBy", "null", "type string"),
        lacks("/sortBy"),
        wrong("/isDescending", "0", "type boolean"),
        twice("/text", "\"b\""),
    ])
}

fn maps() -> Shape {
    #[derive(Deserialize)]
    struct Metrics {
        name: String,
        #[serde(flatten)]
        values: BTreeMap<String, i16>,
    }

    let body = r#"{"name": "a", "cpu": 1, "ram": 2, "disk": 3}"#;
    Shape::json::<Metrics>("a flattened map", body).with([
        wrong("/name", "1", "type string"),
        lacks("/name"),
        wrong("/cpu", "\"1\"", "type integer"),
        wrong("/ram", "40000", "range -32768..32767"),
        wrong("/disk", "null", "type integer"),
    ])
}

fn values() -> Shape {
    #[derive(Deserialize)]
    struct Open {
        id: u32,
        owner: Owner,
        #[serde(flatten)]
        rest: HashMap<String, Value>,
    }

    #[derive(Deserialize)]
    struct Owner {
        name: String,
        level: u8,
    }

    let body = r#"{"id": 1, "owner": {"name": "a", "level": 1}, "anything": [1], "more": null}"#;
    Shape::json::<Open>("a flattened map of anything", body).with([
        wrong("/id", "\"1\"", "type integer"),
        lacks("/id"),
        lacks("/owner/name"),
        wrong("/owner/level", "-1", "range 0..255"),
        wrong("/owner", "[]", "type object"),
    ])
}

fn tagged() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Contact {
        Mail { address: String, verified: bool },
        Phone { number: u64 },
    }

    #[derive(Deserialize)]
    struct Person {
        name: String,
        #[serde(flatten)]
        contact: Contact,
        age: u8,
    }

    let body = r#"{"name": "a", "kind": "mail", "address": "x", "verified": true, "age": 1}"#;
    Shape::json::<Person>("a flattened tagged enum", body).with([
        wrong("/name", "1", "type string"),
        wrong("/address", "1", "type string"),
        wrong("/verified", "\"no\"", "type boolean"),
        lacks("/address"),
        wrong("/age", "256", "range 0..255"),
        wrong("/kind", "\"fax\"", "one_of mail|phone"),
        lacks("/kind"),
    ])
}

fn externally() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Source {
        File { path: String },
        Url(String),
    }

    #[derive(Deserialize)]
    struct Import {
        name: String,
        #[serde(flatten)]
        source: Source,
        limit: u16,
    }

    let body = r#"{"name": "a", "file": {"path": "/a"}, "limit": 1}"#;
    Shape::json::<Import>("a flattened enum", body).with([
        wrong("/name", "1", "type string"),
        wrong("/file/path", "1", "type string"),
        lacks("/file/path"),
        wrong("/file", "7", "type object"),
        wrong("/limit", "-1", "range 0..65535"),
        lacks("/limit"),
    ])
}

fn nested() -> Shape {
    #[derive(Deserialize)]
    struct Outer {
        a: u8,
        #[serde(flatten)]
        middle: Middle,
    }

    #[derive(Deserialize)]
    struct Middle {
        b: Vec<u8>,
        #[serde(flatten)]
        inner: Inner,
    }

    #[derive(Deserialize)]
    struct Inner {
        c: Point,
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    }

    #[derive(Deserialize)]
    struct Point {
        x: f32,
        y: f32,
    }

    let body = r#"{"a": 1, "b": [1, 2], "c": {"x": 1, "y": 2}, "d": true, "e": false}"#;
    Shape::json::<Outer>("flattened twice", body).with([
        wrong("/a", "\"1\"", "type integer"),
        wrong("/b/1", "\"2\"", "type integer"),
        lacks("/b"),
        wrong("/c/x", "\"1\"", "type number"),
        lacks("/c/y"),
        wrong("/d", "1", "type boolean"),
        wrong("/e", "\"false\"", "type boolean"),
    ])
}

fn options() -> Shape {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        id: u8,
        #[serde(flatten)]
        paging: Paging,
    }

    Shape::json::<Strict>(
        "a flattened struct that takes nothing else",
        r#"{"id": 1, "page": 1, "size": 2}"#,
    )
    .with([
        extra("/sise", "unknown_field"),
        extra("/more", "unknown_field"),
        wrong("/id", "\"x\"", "type integer"),
        wrong("/page", "-1", "range 0..4294967295"),
        lacks("/size"),
    ])
}

fn lists() -> Shape {
    #[derive(Deserialize)]
    struct Row {
        id: u32,
        #[serde(flatten)]
        stamp: Stamp,
    }

    #[derive(Deserialize)]
    struct Stamp {
        created: u64,
        by: String,
    }

    let body = r#"[
        {"id": 1, "created": 1, "by": "a"}, {"id": 2, "created": 2, "by": "b"},
        {"id": 3, "created": 3, "by": "c"}
    ]"#;
    Shape::json::<Vec<Row>>("lists of flattened structs", body).with([
        lacks("/0/created"),
        wrong("/0/by", "1", "type string"),
        wrong("/1/created", "\"2\"", "type integer"),
        lacks("/1/id"),
        wrong("/2", "null", "type object"),
        lacks("/2/by"),
    ])
}
