//! Tests of enums in all four representations of serde.

use serde::Deserialize;

use super::support::{finds, takes};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Struct { width: u8, height: u8 },
}

#[test]
fn mistakes_in_externally_tagged_enums_are_found() {
    takes::<Vec<Shape>>(
        r#"["Unit",{"Unit":null},{"Newtype":1},{"Tuple":[1,"a"]},{"Struct":{"width":1,"height":2}}]"#,
    );
    finds::<Vec<Shape>>(
        r#"["unit",{"Newtype":"x"},{"Tuple":[1]},{"Tuple":["a",2]},{"Struct":{"width":-1}},
            "Newtype","Struct",{"Circle":1},{},{"Unit":1},5,{"Unit":null,"Newtype":1}]"#,
        &[
            "#/0 one_of",
            "#/1/Newtype type",
            "#/2/Tuple length",
            "#/3/Tuple/0 type",
            "#/3/Tuple/1 type",
            "#/4/Struct/width range",
            "#/4/Struct/height required",
            "#/5 type",
            "#/6 type",
            "#/7 one_of",
            "#/8 one_of",
            "#/9/Unit type",
            "#/10 one_of",
            "#/11 one_of",
        ],
    );
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only read")]
enum Event {
    Created { id: u32, name: String },
    Deleted { id: u32 },
    Renamed(Renamed),
    Nothing,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Renamed {
    from: String,
    to: Target,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Target {
    name: String,
    level: u8,
}

#[test]
fn mistakes_in_internally_tagged_enums_are_found() {
    takes::<Vec<Event>>(r#"[{"kind":"nothing"},{"id":1,"kind":"deleted"}]"#);
    finds::<Event>(r#"{"kind":"created","id":"x","name":7}"#, &["#/id type", "#/name type"]);
    finds::<Event>(r#"{"kind":"created"}"#, &["#/id required", "#/name required"]);
    finds::<Event>(r#"{"id":1}"#, &["#/kind required"]);
    finds::<Event>(r#"{"kind":"created2","id":1}"#, &["#/kind one_of"]);
    finds::<Event>(r#"{"kind":7,"id":1}"#, &["#/kind one_of"]);
    finds::<Event>("[]", &["# type"]);
    finds::<Vec<Event>>(
        r#"[{"kind":"deleted","id":-1},{"kind":"renamed","from":1,"to":{"name":2,"level":300}},7,
            {"kind":"renamed","from":"a","to":{"level":1}},{"kind":"nope"},{"kind":"deleted"}]"#,
        &[
            "#/0/id range",
            "#/1/from type",
            "#/1/to/name type",
            "#/1/to/level range",
            "#/2 type",
            "#/3/to/name required",
            "#/4/kind one_of",
            "#/5/id required",
        ],
    );
}

#[derive(Deserialize)]
#[serde(tag = "t", content = "c")]
#[expect(dead_code, reason = "only read")]
enum Adjacent {
    Number(u8),
    Pair(u8, u8),
    Named { a: u8, b: String },
    Unit,
}

#[test]
fn mistakes_in_adjacently_tagged_enums_are_found() {
    takes::<Vec<Adjacent>>(
        r#"[{"t":"Unit"},{"c":1,"t":"Number"},{"t":"Named","c":{"a":1,"b":"x"}}]"#,
    );
    finds::<Vec<Adjacent>>(
        r#"[{"t":"Number","c":"x"},{"c":{"a":"x"},"t":"Named"},{"t":"Pair","c":[1]},{"t":"Nope","c":1},
            {"c":1},{"t":"Number"}]"#,
        &[
            "#/0/c type",
            "#/1/c/a type",
            "#/1/c/b required",
            "#/2/c length",
            "#/3/t one_of",
            "#/4/t required",
            "#/5/c required",
        ],
    );
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Untagged {
    Number(u8),
    Named { name: String },
}

#[test]
fn mistakes_in_untagged_enums_are_found() {
    takes::<Vec<Untagged>>(r#"[1,{"name":"a"}]"#);
    finds::<Vec<Untagged>>(
        r#"[1,"x",{"name":1},{"name":"a"},300]"#,
        &["#/1 invalid", "#/2/name type", "#/4 invalid"],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Lenient {
    OnlyThis,
    #[serde(other)]
    Anything,
}

#[test]
fn variant_for_unknown_names_accepts_any_text() {
    takes::<Vec<Lenient>>(r#"["ONLY_THIS","whatever"]"#);
    finds::<Vec<Lenient>>(r#"["whatever",1]"#, &["#/1 one_of"]);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Holder {
    status: Option<Status>,
    statuses: Vec<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Open,
    Closed,
}

#[test]
fn mistakes_in_enums_in_structs_are_found() {
    finds::<Holder>(
        r#"{"status":"opn","statuses":["open","OPEN",1,"closed","shut",null]}"#,
        &[
            "#/status one_of",
            "#/statuses/1 one_of",
            "#/statuses/2 one_of",
            "#/statuses/4 one_of",
            "#/statuses/5 one_of",
        ],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Expression {
    Add(Box<Expression>, Box<Expression>),
    Literal(i64),
}

#[test]
fn mistakes_in_recursive_enums_are_found() {
    finds::<Expression>(
        r#"{"Add":[{"Literal":"x"},{"Add":[{"Literal":1},{"Mul":2}]}]}"#,
        &["#/Add/0/Literal type", "#/Add/1/Add/1 one_of"],
    );
}

#[test]
fn content_is_needed_by_some_tags_only() {
    finds::<Vec<Adjacent>>(
        r#"[{"t":"Number"},{"t":"Unit"},{"t":7},{"c":1,"t":"Unit"},{"t":"Number"}]"#,
        &["#/0/c required", "#/2/t one_of", "#/3/c invalid", "#/4/c required"],
    );
    finds::<Vec<Adjacent>>(r#"[{"c":"x","t":null},{"t":"Unit"}]"#, &["#/0/t one_of"]);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Twins {
    Lenient {
        #[serde(default)]
        id: u8,
        qty: u8,
    },
    Strict {
        id: u8,
        qty: u8,
    },
}

/// The compiler may merge equal lists of fields into one constant.
#[test]
fn variants_with_the_same_fields_are_distinguished() {
    finds::<Vec<Twins>>(
        r#"[{"Strict":{"qty":1}},{"Lenient":{"qty":1}},{"Lenient":{}}]"#,
        &["#/0/Strict/id required", "#/2/Lenient/qty required"],
    );
}
