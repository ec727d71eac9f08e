//! Enums whose tag is a member.

use serde::Deserialize;

use crate::corpus::mistake::{extra, lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![internally(), in_lists(), strict(), adjacently(), adjacent_in_structs(), events()]
}

fn internally() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "by", rename_all = "lowercase")]
    enum Payment {
        Card { number: String, year: u16, holder: Option<String> },
        Invoice(Invoice),
        Cash,
    }

    #[derive(Deserialize)]
    struct Invoice {
        address: Address,
        days: u8,
    }

    #[derive(Deserialize)]
    struct Address {
        street: String,
        zip: u32,
    }

    #[derive(Deserialize)]
    struct Order {
        first: Payment,
        second: Payment,
        third: Payment,
        total: u32,
    }

    let body = r#"{
        "first": {"by": "card", "number": "4111", "year": 2030, "holder": "a"},
        "second": {"by": "invoice", "address": {"street": "a", "zip": 1}, "days": 14},
        "third": {"by": "cash"}, "total": 1
    }"#;
    Shape::json::<Order>("internally tagged enums", body).with([
        wrong("/first/number", "4111", "type string"),
        wrong("/first/year", "\"2030\"", "type integer"),
        wrong("/first/year", "99999", "range 0..65535"),
        wrong("/first/holder", "1", "type string"),
        lacks("/first/number"),
        lacks("/second/address/street"),
        wrong("/second/address/zip", "-1", "range 0..4294967295"),
        wrong("/second/days", "true", "type integer"),
        lacks("/second/days"),
        wrong("/third/by", "\"cheque\"", "one_of card|invoice|cash"),
        lacks("/third/by"),
        wrong("/third", "\"cash\"", "type object"),
        wrong("/total", "\"1\"", "type integer"),
    ])
}

fn in_lists() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "type", rename_all = "camelCase")]
    enum Block {
        Heading { text: String, level: u8 },
        List { items: Vec<Block> },
        Image { src: String, size: Option<Size> },
    }

    #[derive(Deserialize)]
    struct Size {
        width: u16,
        height: u16,
    }

    let body = r#"[
        {"type": "heading", "text": "a", "level": 1},
        {"type": "list", "items": [{"type": "heading", "text": "b", "level": 2}]},
        {"type": "image", "src": "x", "size": {"width": 1, "height": 2}}
    ]"#;
    Shape::json::<Vec<Block>>("lists of internally tagged enums", body).with([
        wrong("/0/level", "\"1\"", "type integer"),
        lacks("/0/text"),
        lacks("/1/items/0/level"),
        wrong("/1/items/0/text", "null", "type string"),
        wrong("/1/items", "{}", "type array"),
        wrong("/2/size/width", "-1", "range 0..65535"),
        lacks("/2/size/height"),
        wrong("/2/src", "[]", "type string"),
        wrong("/0/type", "\"headline\"", "one_of heading|list|image ?heading"),
    ])
}

fn strict() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "op", deny_unknown_fields, rename_all = "lowercase")]
    enum Operation {
        Set { key: String, value: i32 },
        Delete { key: String },
    }

    let body = r#"[{"op": "set", "key": "a", "value": 1}, {"op": "delete", "key": "b"}]"#;
    Shape::json::<Vec<Operation>>("internally tagged enums that take nothing else", body).with([
        extra("/0/valeu", "unknown_field ?value"),
        extra("/1/value", "unknown_field"),
        lacks("/0/key"),
        wrong("/0/value", "\"1\"", "type integer"),
        wrong("/1/key", "1", "type string"),
        wrong("/1/op", "\"remove\"", "one_of set|delete"),
        lacks("/1/op"),
    ])
}

fn adjacently() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "t", content = "c")]
    enum Message {
        Text(String),
        Move { x: i8, y: i8 },
        Pair(u8, bool),
        Quit,
    }

    let body = r#"[
        {"t": "Text", "c": "a"}, {"t": "Move", "c": {"x": 1, "y": 2}}, {"t": "Pair", "c": [1, true]},
        {"t": "Quit"}
    ]"#;
    Shape::json::<Vec<Message>>("adjacently tagged enums", body).with([
        wrong("/0/c", "1", "type string"),
        lacks("/0/c"),
        wrong("/1/c/x", "200", "range -128..127"),
        lacks("/1/c/y"),
        wrong("/2/c", "[1]", "length 2"),
        wrong("/2/c/1", "1", "type boolean"),
        wrong("/3/t", "\"Exit\"", "one_of Text|Move|Pair|Quit ?Text"),
        lacks("/3/t"),
        wrong("/3", "[]", "type object"),
    ])
}

fn adjacent_in_structs() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "kind", content = "data", rename_all = "snake_case", deny_unknown_fields)]
    enum Event {
        UserCreated { id: u32, name: String },
        UserDeleted { id: u32 },
    }

    #[derive(Deserialize)]
    struct Envelope {
        version: u8,
        event: Event,
        sent_at: Option<u64>,
    }

    let body = r#"{
        "version": 1, "event": {"data": {"id": 1, "name": "a"}, "kind": "user_created"},
        "sent_at": 5
    }"#;
    Shape::json::<Envelope>("adjacently tagged, content first", body).with([
        wrong("/version", "\"1\"", "type integer"),
        wrong("/event/data/id", "null", "type integer"),
        lacks("/event/data/name"),
        wrong("/event/data", "7", "type object"),
        extra("/event/extra", "unknown_field"),
        wrong("/sent_at", "-5", "range 0..18446744073709551615"),
    ])
}

fn events() -> Shape {
    #[derive(Deserialize)]
    #[serde(tag = "type")]
    enum Webhook {
        #[serde(rename = "invoice.paid")]
        Paid { data: Data<Invoice> },
        #[serde(rename = "customer.created")]
        Created { data: Data<Customer> },
    }

    #[derive(Deserialize)]
    struct Data<T> {
        object: T,
        previous: Option<T>,
    }

    #[derive(Deserialize)]
    struct Invoice {
        id: String,
        amount: u64,
        lines: Vec<Line>,
    }

    #[derive(Deserialize)]
    struct Line {
        text: String,
        cents: u32,
    }

    #[derive(Deserialize)]
    struct Customer {
        email: String,
    }

    let body = r#"{"type": "invoice.paid", "data": {
        "object": {"id": "in_1", "amount": 5, "lines": [
            {"text": "a", "cents": 1}, {"text": "b", "cents": 2}
        ]}
    }}"#;
    Shape::json::<Webhook>("webhooks", body).with([
        wrong("/data/object/id", "1", "type string"),
        wrong("/data/object/amount", "-5", "range 0..18446744073709551615"),
        lacks("/data/object/lines/0/text"),
        wrong("/data/object/lines/1/cents", "\"2\"", "type integer"),
        lacks("/data/object"),
        wrong("/data/object/lines", "null", "type array"),
    ])
}
