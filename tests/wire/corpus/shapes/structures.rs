//! Structs of every kind, generics, and recursive types.

use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;

use crate::corpus::mistake::{lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![
        nested(),
        tuples(),
        tuple_structs(),
        newtypes(),
        unit_structs(),
        fixed_arrays(),
        generics(),
        trees(),
        expressions(),
        pointers(),
    ]
}

fn nested() -> Shape {
    #[derive(Deserialize)]
    struct A {
        b: B,
        bs: Vec<B>,
    }

    #[derive(Deserialize)]
    struct B {
        c: C,
    }

    #[derive(Deserialize)]
    struct C {
        d: u8,
        e: bool,
    }

    let body = r#"{
        "b": {"c": {"d": 1, "e": true}},
        "bs": [{"c": {"d": 1, "e": true}}, {"c": {"d": 2, "e": false}}, {"c": {"d": 2, "e": true}}]
    }"#;
    Shape::json::<A>("nested structs", body).with([
        wrong("/b/c/d", "256", "range 0..255"),
        wrong("/b/c/e", "0", "type boolean"),
        lacks("/bs/0/c/d"),
        lacks("/bs/0/c/e"),
        lacks("/bs/1/c"),
        wrong("/bs/1", "null", "type object"),
        wrong("/bs/2/c", "[1]", "type object"),
        twice("/bs/2/c/d", "3"),
        wrong("/b", "1", "type object"),
    ])
}

fn tuples() -> Shape {
    type Row = (u8, Vec<(String, i8)>, (bool, (f64, char)));

    Shape::json::<Row>("tuples", r#"[1, [["a", 1], ["b", 2]], [true, [1.5, "x"]]]"#).with([
        wrong("/0", "-1", "range 0..255"),
        wrong("/1/0/0", "null", "type string"),
        wrong("/1/0/1", "200", "range -128..127"),
        wrong("/1/1", "[\"b\"]", "length 2"),
        wrong("/1/1", "[\"b\", 2, 3]", "length 2"),
        wrong("/2/0", "\"true\"", "type boolean"),
        wrong("/2/1/0", "\"x\"", "type number"),
        wrong("/2/1/1", "\"xy\"", "type character"),
        wrong("/2/1", "{}", "type array"),
    ])
}

fn tuple_structs() -> Shape {
    #[derive(Deserialize)]
    struct Rgb(u8, u8, u8);

    #[derive(Deserialize)]
    struct Gradient {
        from: Rgb,
        stops: Vec<Stop>,
    }

    #[derive(Deserialize)]
    struct Stop(f32, Rgb, #[serde(default)] Option<String>);

    let body = r#"{
        "from": [1, 2, 3], "stops": [[0.5, [1, 2, 3], "half"], [1, [0, 0, 0], null]]
    }"#;
    Shape::json::<Gradient>("tuple structs", body).with([
        wrong("/from/0", "256", "range 0..255"),
        wrong("/from/1", "\"2\"", "type integer"),
        wrong("/from", "[1, 2]", "length 3"),
        wrong("/from", "\"#fff\"", "type array"),
        wrong("/stops/0/0", "\"0.5\"", "type number"),
        wrong("/stops/0/1", "[1, 2, 3, 4]", "length 3"),
        wrong("/stops/0/1/2", "-3", "range 0..255"),
        wrong("/stops/0/2", "5", "type string"),
        wrong("/stops/1", "{}", "type array"),
    ])
}

fn newtypes() -> Shape {
    #[derive(Deserialize)]
    struct Id(u32);

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Name {
        text: String,
    }

    #[derive(Deserialize)]
    struct Ids(Vec<Id>);

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Wrapped<T>(Box<T>);

    #[derive(Deserialize)]
    struct Group {
        id: Id,
        name: Name,
        members: Ids,
        owner: Wrapped<Owner>,
    }

    #[derive(Deserialize)]
    struct Owner {
        id: Id,
        name: Option<Name>,
    }

    let body = r#"{"id": 1, "name": "a", "members": [1, 2], "owner": {"id": 1, "name": "b"}}"#;
    Shape::json::<Group>("newtypes and transparent", body).with([
        wrong("/id", "-1", "range 0..4294967295"),
        wrong("/id", "[1]", "type integer"),
        wrong("/name", "{\"text\": \"a\"}", "type string"),
        lacks("/name"),
        wrong("/members", "1", "type array"),
        wrong("/members/1", "\"2\"", "type integer"),
        lacks("/owner/id"),
        wrong("/owner/name", "1", "type string"),
        wrong("/owner", "false", "type object"),
    ])
}

fn unit_structs() -> Shape {
    #[derive(Deserialize)]
    struct Nothing;

    #[derive(Deserialize)]
    struct Empty {}

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Closed {}

    #[derive(Deserialize)]
    struct Ping {
        nothing: Nothing,
        unit: (),
        empty: Empty,
        closed: Closed,
        after: u8,
    }

    let body = r#"{"nothing": null, "unit": null, "empty": {}, "closed": {}, "after": 1}"#;
    Shape::json::<Ping>("unit structs and empty ones", body).with([
        wrong("/nothing", "{}", "type null"),
        wrong("/unit", "0", "type null"),
        wrong("/empty", "1", "type object"),
        wrong("/closed", "{\"a\": 1}", "unknown_field").at("/closed/a"),
        lacks("/closed"),
        wrong("/after", "\"x\"", "type integer"),
    ])
}

fn fixed_arrays() -> Shape {
    #[derive(Deserialize)]
    struct Matrix {
        rows: [[i32; 2]; 2],
        point: [f64; 3],
        flags: [Option<bool>; 2],
        none: [u8; 0],
    }

    let body =
        r#"{"rows": [[1, 2], [3, 4]], "point": [1, 2, 3], "flags": [true, null], "none": []}"#;
    Shape::json::<Matrix>("fixed arrays", body).with([
        wrong("/rows/0", "[1]", "length 2"),
        wrong("/rows/1/0", "\"3\"", "type integer"),
        wrong("/rows/1/1", "2147483648", "range -2147483648..2147483647"),
        wrong("/point", "[1, 2, 3, 4]", "length 3"),
        wrong("/point/2", "null", "type number"),
        wrong("/flags/0", "1", "type boolean"),
        wrong("/flags", "{}", "type array"),
        lacks("/rows"),
    ])
}

fn generics() -> Shape {
    #[derive(Deserialize)]
    struct Page<T, C = u64> {
        items: Vec<T>,
        cursor: Option<C>,
        meta: Meta<T>,
    }

    #[derive(Deserialize)]
    struct Meta<T> {
        first: T,
        total: u32,
    }

    #[derive(Deserialize)]
    struct User {
        id: u8,
    }

    let body = r#"{
        "items": [{"id": 1}, {"id": 2}], "cursor": "x", "meta": {"first": {"id": 1}, "total": 2}
    }"#;
    Shape::json::<Page<User, String>>("generics", body).with([
        wrong("/items/0/id", "\"1\"", "type integer"),
        lacks("/items/1/id"),
        wrong("/cursor", "9", "type string"),
        wrong("/meta/first/id", "300", "range 0..255"),
        wrong("/meta/total", "-2", "range 0..4294967295"),
        lacks("/meta/first"),
        lacks("/items"),
    ])
}

fn trees() -> Shape {
    #[derive(Deserialize)]
    struct Folder {
        name: String,
        #[serde(default)]
        folders: Vec<Folder>,
        parent: Option<Box<Folder>>,
    }

    let body = r#"{
        "name": "a",
        "folders": [{"name": "b", "folders": [{"name": "c"}, {"name": "d"}]}, {"name": "e"}],
        "parent": {"name": "f"}
    }"#;
    Shape::json::<Folder>("trees", body).with([
        wrong("/name", "1", "type string"),
        lacks("/folders/0/name"),
        wrong("/folders/0/folders/0/name", "null", "type string"),
        lacks("/folders/0/folders/1/name"),
        wrong("/folders/1", "\"e\"", "type object"),
        lacks("/parent/name"),
        wrong("/folders/0/folders", "null", "type array"),
    ])
}

fn expressions() -> Shape {
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Filter {
        And(Vec<Filter>),
        Not(Box<Filter>),
        Eq(String, i64),
        Range { field: String, from: i64, to: i64 },
        All,
    }

    let body = r#"{"and": [
        {"not": {"eq": ["a", 1]}}, {"range": {"field": "b", "from": 1, "to": 2}}, "all"
    ]}"#;
    Shape::json::<Filter>("expressions", body).with([
        wrong("/and/0/not/eq/0", "1", "type string"),
        wrong("/and/0/not/eq/1", "\"1\"", "type integer"),
        wrong("/and/0/not", "{\"equal\": 1}", "one_of and|not|eq|range|all"),
        wrong("/and/1/range/from", "null", "type integer"),
        lacks("/and/1/range/to"),
        wrong("/and/2", "\"al\"", "one_of and|not|eq|range|all ?all"),
        wrong("/and/2", "{\"all\": 1}", "type null").at("/and/2/all"),
        wrong("/and", "{}", "type array"),
    ])
}

fn pointers() -> Shape {
    #[derive(Deserialize)]
    struct Shared {
        rc: Rc<u8>,
        arc: Arc<Inner>,
        text: Box<str>,
        list: Box<[u8]>,
        name: Arc<str>,
        cell: std::cell::RefCell<u8>,
        lock: std::sync::Mutex<Inner>,
    }

    #[derive(Deserialize)]
    struct Inner {
        a: u8,
    }

    let body = r#"{
        "rc": 1, "arc": {"a": 1}, "text": "a", "list": [1, 2], "name": "a", "cell": 1,
        "lock": {"a": 1}
    }"#;
    Shape::json::<Shared>("Rc, Arc, Box, cells", body).with([
        wrong("/rc", "\"1\"", "type integer"),
        lacks("/arc/a"),
        wrong("/arc", "1", "type object"),
        wrong("/text", "1", "type string"),
        wrong("/list/1", "256", "range 0..255"),
        wrong("/name", "null", "type string"),
        wrong("/cell", "-1", "range 0..255"),
        wrong("/lock/a", "true", "type integer"),
    ])
}
