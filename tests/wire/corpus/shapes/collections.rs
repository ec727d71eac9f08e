//! Lists, sets and maps.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};

use indexmap::{IndexMap, IndexSet};
use serde::Deserialize;
use uuid::Uuid;

use crate::corpus::mistake::{key, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![
        lists(),
        sets(),
        maps_of_texts(),
        maps_of_keys(),
        enum_maps(),
        index_maps(),
        maps_of_maps(),
    ]
}

#[derive(Deserialize)]
struct Item {
    sku: String,
    qty: u8,
}

#[expect(clippy::linkedlist, reason = "clients of somebody send them, too")]
fn lists() -> Shape {
    #[derive(Deserialize)]
    struct Lists {
        vec: Vec<Item>,
        deque: VecDeque<bool>,
        linked: LinkedList<u16>,
        heap: BinaryHeap<i8>,
        deep: Vec<Vec<Vec<u8>>>,
    }

    let body = r#"{
        "vec": [{"sku": "a", "qty": 1}, {"sku": "b", "qty": 2}, {"sku": "c", "qty": 3}],
        "deque": [true, false], "linked": [1, 2], "heap": [1, 2], "deep": [[[1], []], [[2, 3]]]
    }"#;
    Shape::json::<Lists>("lists of every kind", body).with([
        wrong("/vec/0/qty", "256", "range 0..255"),
        wrong("/vec/1", "[\"b\"]", "type object"),
        lacks("/vec/2/sku"),
        twice("/vec/2/qty", "4"),
        wrong("/deque/1", "0", "type boolean"),
        wrong("/linked/0", "-1", "range 0..65535"),
        wrong("/heap/1", "\"2\"", "type integer"),
        wrong("/deep/0/1", "{}", "type array"),
        wrong("/deep/1/0/1", "null", "type integer"),
        wrong("/deque", "{}", "type array"),
    ])
}

fn sets() -> Shape {
    #[derive(Deserialize)]
    struct Sets {
        hash: HashSet<u8>,
        tree: BTreeSet<String>,
        ids: HashSet<Uuid>,
        ordered: IndexSet<u8>,
    }

    let body = r#"{
        "hash": [1, 2], "tree": ["a", "b"], "ids": ["67e55044-10b1-426f-9247-bb680e5fe0c8"],
        "ordered": [3, 1, 2]
    }"#;
    Shape::json::<Sets>("sets", body).with([
        wrong("/hash/0", "300", "range 0..255"),
        wrong("/tree/1", "1", "type string"),
        wrong("/ids/0", "\"x\"", "invalid"),
        wrong("/ids/0", "5", "type string"),
        wrong("/ids", "\"x\"", "type array"),
        wrong("/ordered/2", "\"2\"", "type integer"),
        lacks("/hash"),
    ])
}

fn maps_of_texts() -> Shape {
    #[derive(Deserialize)]
    struct Maps {
        labels: HashMap<String, String>,
        prices: BTreeMap<String, Option<f64>>,
        items: HashMap<String, Item>,
    }

    let body = r#"{
        "labels": {"a": "x", "b/c": "y"}, "prices": {"eur": 1, "usd": null},
        "items": {"first": {"sku": "a", "qty": 1}, "second": {"sku": "b", "qty": 2}}
    }"#;
    Shape::json::<Maps>("maps with names", body).with([
        wrong("/labels/a", "1", "type string"),
        wrong("/labels/b~1c", "null", "type string"),
        wrong("/prices/eur", "\"1\"", "type number"),
        wrong("/prices", "[]", "type object"),
        lacks("/items/first/sku"),
        wrong("/items/first/qty", "-1", "range 0..255"),
        wrong("/items/second", "\"b\"", "type object"),
        lacks("/labels"),
    ])
}

fn maps_of_keys() -> Shape {
    #[derive(Deserialize)]
    struct Keyed {
        years: BTreeMap<u16, String>,
        offsets: HashMap<i8, bool>,
        users: HashMap<Uuid, u8>,
        flags: BTreeMap<bool, u8>,
        letters: BTreeMap<char, u8>,
    }

    let body = r#"{
        "years": {"2020": "a", "2021": "b"}, "offsets": {"-1": true},
        "users": {"67e55044-10b1-426f-9247-bb680e5fe0c8": 1}, "flags": {"true": 1},
        "letters": {"a": 1, "b": 2}
    }"#;
    Shape::json::<Keyed>("maps with keys of other types", body).with([
        key("/years/2020", "twenty", "type integer"),
        key("/years/2021", "70000", "range 0..65535"),
        wrong("/years/2020", "1", "type string"),
        key("/offsets/-1", "1.5", "type integer"),
        key("/users/67e55044-10b1-426f-9247-bb680e5fe0c8", "me", "invalid"),
        wrong("/users/67e55044-10b1-426f-9247-bb680e5fe0c8", "-1", "range 0..255"),
        key("/flags/true", "yes", "type boolean"),
        key("/letters/b", "bb", "type character"),
        wrong("/letters/a", "\"1\"", "type integer"),
    ])
}

fn enum_maps() -> Shape {
    #[derive(Deserialize, PartialEq, Eq, Hash)]
    #[serde(rename_all = "lowercase")]
    enum Day {
        Monday,
        Tuesday,
    }

    #[derive(Deserialize)]
    struct Hours {
        from: u8,
        to: u8,
    }

    #[derive(Deserialize)]
    struct Shop {
        open: HashMap<Day, Hours>,
        closed: HashSet<Day>,
    }

    let body = r#"{
        "open": {"monday": {"from": 9, "to": 17}, "tuesday": {"from": 9, "to": 12}},
        "closed": ["tuesday"]
    }"#;
    Shape::json::<Shop>("maps of an enum", body).with([
        key("/open/tuesday", "tusday", "one_of monday|tuesday ?tuesday"),
        lacks("/open/monday/from"),
        wrong("/open/monday/to", "\"17\"", "type integer"),
        wrong("/closed/0", "\"sunday\"", "one_of monday|tuesday ?monday"),
        wrong("/closed", "null", "type array"),
    ])
}

fn index_maps() -> Shape {
    #[derive(Deserialize)]
    struct Form {
        fields: IndexMap<String, Field>,
        order: IndexMap<u8, String>,
    }

    #[derive(Deserialize)]
    struct Field {
        label: String,
        required: bool,
    }

    let body = r#"{
        "fields": {"z": {"label": "Z", "required": true}, "a": {"label": "A", "required": false}},
        "order": {"2": "z", "1": "a"}
    }"#;
    Shape::json::<Form>("index maps", body).with([
        lacks("/fields/z/label"),
        wrong("/fields/a/required", "\"no\"", "type boolean"),
        wrong("/fields/a", "[]", "type object"),
        key("/order/2", "two", "type integer"),
        wrong("/order/1", "{}", "type string"),
    ])
}

fn maps_of_maps() -> Shape {
    type Matrix = HashMap<String, BTreeMap<String, Vec<Option<Item>>>>;

    let body = r#"{
        "a": {"x": [{"sku": "a", "qty": 1}, null], "y": []}, "b": {"x": [{"sku": "b", "qty": 1}]}
    }"#;
    Shape::json::<Matrix>("maps of maps", body).with([
        wrong("/a/x/0/qty", "\"1\"", "type integer"),
        wrong("/a/x/1", "7", "type object"),
        wrong("/a/y", "{}", "type array"),
        lacks("/b/x/0/sku"),
        wrong("/b", "[]", "type object"),
    ])
}
