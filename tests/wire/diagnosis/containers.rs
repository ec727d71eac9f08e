//! Tests of lists, tuples and maps.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use serde::Deserialize;

use super::support::{finds, takes};

#[test]
fn mistakes_in_lists_of_lists_are_found() {
    finds::<Vec<Vec<u8>>>(
        r#"[[1,"a"],2,[],[[]],[300]]"#,
        &["#/0/1 type", "#/1 type", "#/3/0 type", "#/4/0 range"],
    );
    finds::<VecDeque<Option<bool>>>("[null,1,true]", &["#/1 type"]);
    finds::<HashSet<u8>>("[1,1,\"x\"]", &["#/2 type"]);
    finds::<BTreeSet<String>>("[1,\"x\",2]", &["#/0 type", "#/2 type"]);
}

#[test]
fn mistakes_in_tuples_and_arrays_are_found() {
    takes::<(u8, String)>(r#"[1,"a"]"#);
    finds::<(u8, String)>(r#"["a",1]"#, &["#/0 type", "#/1 type"]);
    finds::<(u8, String)>("[1]", &["# length"]);
    finds::<(u8, String)>(r#"[1,"a",2]"#, &["# length"]);
    finds::<[u8; 3]>("[1,2,\"x\"]", &["#/2 type"]);
    finds::<[u8; 3]>("{}", &["# type"]);
    finds::<Vec<(String, u8)>>(
        r#"[["a",1],["b"],[1,"c"],"d"]"#,
        &["#/1 length", "#/2/0 type", "#/2/1 type", "#/3 type"],
    );
}

#[derive(Deserialize)]
struct Point(i8, i8);

#[test]
fn mistakes_in_tuple_structs_are_found() {
    let _ = |point: Point| (point.0, point.1);
    finds::<Vec<Point>>(
        "[[1,2],[1,200],[1],[1,2,3],{}]",
        &["#/1/1 range", "#/2 length", "#/3 length", "#/4 type"],
    );
}

#[test]
fn mistakes_in_maps_are_found() {
    finds::<HashMap<String, u8>>(
        r#"{"a":1,"b":"x","":300,"c~d":null}"#,
        &["#/b type", "#/ range", "#/c~0d type"],
    );
    finds::<BTreeMap<u8, bool>>(
        r#"{"1":true,"x":true,"300":true,"2":0}"#,
        &["#/x type", "#/300 range", "#/2 type"],
    );
    finds::<BTreeMap<bool, u8>>(r#"{"true":1,"maybe":1}"#, &["#/maybe type"]);
    finds::<BTreeMap<char, u8>>(r#"{"a":1,"bc":1}"#, &["#/bc type"]);
    takes::<HashMap<String, u8>>(r#"{"a":1,"a":2}"#);
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Side {
    LeftSide,
    RightSide,
}

#[test]
fn mistakes_in_maps_with_variants_as_keys_are_found() {
    finds::<BTreeMap<Side, u8>>(
        r#"{"left-side":1,"leftside":2,"right-side":"x"}"#,
        &["#/leftside one_of", "#/right-side type"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Inner {
    qty: u8,
    unit: String,
}

#[test]
fn mistakes_in_maps_of_structs_are_found() {
    finds::<HashMap<String, Vec<Inner>>>(
        r#"{"a":[{"qty":1,"unit":"kg"},{"qty":"x"}],"b":{},"c":[1]}"#,
        &["#/a/1/qty type", "#/a/1/unit required", "#/b type", "#/c/0 type"],
    );
    finds::<HashMap<String, Option<Inner>>>(
        r#"{"a":null,"b":{"qty":1},"c":{"unit":"kg"},"d":{}}"#,
        &["#/b/unit required", "#/c/qty required", "#/d/qty required", "#/d/unit required"],
    );
}

#[test]
fn mistake_in_a_struct_from_an_array_is_found() {
    takes::<Inner>(r#"[1,"kg"]"#);
    finds::<Inner>(r#"["x","kg"]"#, &["#/0 type"]);
}

#[test]
fn mistakes_in_types_of_serde_json_and_std_are_found() {
    takes::<serde_json::Value>("[1,{},null]");
    finds::<Vec<serde_json::Map<String, serde_json::Value>>>(
        "[{},1,\"x\"]",
        &["#/1 type", "#/2 type"],
    );
    finds::<Result<u8, String>>(r#"{"Ok":"x"}"#, &["#/Ok type"]);
    finds::<std::ops::Range<u8>>(r#"{"start":1,"end":"x"}"#, &["#/end type"]);
    finds::<std::ops::Bound<u8>>(r#"{"Included":300}"#, &["#/Included range"]);
    finds::<std::time::Duration>(r#"{"secs":-1,"nanos":0}"#, &["#/secs range"]);
    finds::<std::net::IpAddr>("\"1.2.3\"", &["# invalid"]);
}

#[test]
fn violations_beyond_a_hundred_are_cut() {
    let body = format!("[{}]", ["\"x\""; 500].join(","));
    assert_eq!(super::support::reported::<Vec<u8>>(&body).len(), 100);
    let error = super::support::extracted::<Vec<u8>>(&body).unwrap_err();
    assert!(error.problem().is_truncated());
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Code(#[serde(deserialize_with = "code")] String);

/// Deserializes a text with an unusual format.
fn code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.starts_with("C-") { Ok(text) } else { Err(serde::de::Error::custom("no code")) }
}

#[test]
fn mistakes_in_a_tuple_affect_no_other_element() {
    finds::<(Code, u8, String)>(r#"["x",1,"a"]"#, &["#/0 invalid"]);
    finds::<(HashMap<String, u8>, u8, Inner)>(r#"[{"qty":1},"x",null]"#, &["#/1 type", "#/2 type"]);
}

#[test]
fn array_that_is_too_long_for_a_struct_is_reported() {
    finds::<Inner>(r#"[1,"kg",2]"#, &["# type"]);
    finds::<Vec<Inner>>(r#"[[1,"kg",2],[1],["x","kg"]]"#, &["#/0 type", "#/1 type", "#/2/0 type"]);
}
