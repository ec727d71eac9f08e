//! Texts and values that are kept as written.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![cows(), values(), raw_values()]
}

fn cows() -> Shape {
    #[derive(Deserialize)]
    struct Texts {
        text: Cow<'static, str>,
        list: Cow<'static, [u8]>,
        names: Vec<Cow<'static, str>>,
    }

    Shape::json::<Texts>("Cow", r#"{"text": "a", "list": [1, 2], "names": ["a", "b"]}"#).with([
        wrong("/text", "1", "type string"),
        wrong("/list/0", "\"1\"", "type integer"),
        wrong("/list", "null", "type array"),
        wrong("/names/1", "[]", "type string"),
        lacks("/text"),
    ])
}

fn values() -> Shape {
    #[derive(Deserialize)]
    struct Document {
        id: u8,
        content: Value,
        meta: Map<String, Value>,
        version: Number,
        history: Vec<Map<String, Value>>,
    }

    let body = r#"{
        "id": 1, "content": [{"a": null}], "meta": {"a": 1}, "version": 1.5, "history": [{}, {}]
    }"#;
    Shape::json::<Document>("values of serde_json", body).with([
        wrong("/id", "\"1\"", "type integer"),
        lacks("/content"),
        wrong("/meta", "[]", "type object"),
        wrong("/version", "\"1\"", "invalid"),
        wrong("/history/1", "1", "type object"),
        wrong("/history", "{}", "type array"),
    ])
}

fn raw_values() -> Shape {
    #[derive(Deserialize)]
    struct Signed {
        payload: Box<RawValue>,
        parts: Vec<Box<RawValue>>,
        signature: String,
        key: u8,
    }

    let body = r#"{"payload": {"a": [1, 2]}, "parts": [1, "x"], "signature": "s", "key": 1}"#;
    Shape::json::<Signed>("raw values", body).with([
        lacks("/payload"),
        wrong("/parts", "1", "type array"),
        wrong("/signature", "{}", "type string"),
        wrong("/key", "256", "range 0..255"),
        lacks("/key"),
    ])
}
