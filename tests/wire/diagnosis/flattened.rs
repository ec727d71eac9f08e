//! Tests of `#[serde(flatten)]`, for which serde buffers values.

use std::collections::HashMap;
use std::num::NonZeroU16;

use serde::Deserialize;

use super::support::{finds, takes};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Page {
    page: u32,
    size: u32,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Query {
    text: String,
    #[serde(flatten)]
    page: Page,
}

#[test]
fn mistakes_in_a_flattened_struct_are_found() {
    takes::<Query>(r#"{"text":"a","page":1,"size":2}"#);
    finds::<Query>(
        r#"{"text":1,"page":"x","size":-1}"#,
        &["#/text type", "#/page type", "#/size range"],
    );
    finds::<Query>("{}", &["#/text required", "#/page required", "#/size required"]);
    finds::<Vec<Query>>(
        r#"[{"text":"a","page":1},{"page":1,"size":1},{"text":"a","page":1,"size":1},7]"#,
        &["#/0/size required", "#/1/text required", "#/3 type"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Open {
    id: u8,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[test]
fn mistakes_in_a_flattened_map_are_found() {
    takes::<Open>(r#"{"id":1,"a":2,"b":3}"#);
    finds::<Open>(r#"{"id":"x","a":"y","b":2}"#, &["#/id type", "#/a type"]);
    finds::<Open>(r#"{"a":"same","b":"same","c":1}"#, &["#/a type", "#/b type", "#/id required"]);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Optional {
    id: u8,
    #[serde(flatten)]
    page: Option<Page>,
}

#[test]
fn mistakes_in_an_optional_flattened_struct_are_found() {
    takes::<Optional>(r#"{"id":1}"#);
    takes::<Optional>(r#"{"id":1,"page":"x"}"#);
    finds::<Optional>(r#"{"id":"x","page":1,"size":1}"#, &["#/id type"]);
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "only read")]
enum Payment {
    Card { number: String, year: u16 },
    Cash,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Checkout {
    total: u32,
    #[serde(flatten)]
    payment: Payment,
}

#[test]
fn mistakes_in_a_flattened_enum_are_found() {
    takes::<Checkout>(r#"{"total":1,"kind":"Cash"}"#);
    finds::<Checkout>(
        r#"{"total":"x","kind":"Card","number":1,"year":"y"}"#,
        &["#/total type", "#/number type", "#/year type"],
    );
    finds::<Checkout>(r#"{"total":1,"kind":"Card"}"#, &["#/number required", "#/year required"]);
    finds::<Checkout>(r#"{"total":1,"kind":"Crad"}"#, &["#/kind one_of"]);
    finds::<Checkout>(r#"{"total":1}"#, &["#/kind required"]);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Sensor {
    id: u32,
    #[serde(flatten)]
    reading: Reading,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Reading {
    place: String,
    year: u16,
    unit: String,
    month: u8,
    active: bool,
    rate: f64,
    sign: i8,
    tags: Vec<String>,
    weight: NonZeroU16,
}

#[test]
fn values_that_look_like_placeholders_are_not_taken_for_them() {
    finds::<Sensor>(
        r#"{"id":1,"place":"a","year":"a","unit":"a","month":"a","active":"a","rate":"a","sign":"a","tags":"a","weight":"a"}"#,
        &[
            "#/year type",
            "#/month type",
            "#/active type",
            "#/rate type",
            "#/sign type",
            "#/tags type",
            "#/weight type",
        ],
    );
    finds::<Sensor>(
        r#"{"id":1,"place":1,"year":"x","unit":1,"month":"x","active":1,"rate":"x","sign":1,"tags":1,"weight":"x"}"#,
        &[
            "#/place type",
            "#/year type",
            "#/unit type",
            "#/month type",
            "#/active type",
            "#/rate type",
            "#/tags type",
            "#/weight type",
        ],
    );
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Strict {
    text: String,
    #[serde(flatten)]
    page: Page,
}

#[test]
fn unknown_fields_of_a_strict_struct_with_a_flattened_one_are_found() {
    takes::<Strict>(r#"{"text":"a","page":1,"size":2}"#);
    finds::<Strict>(
        r#"{"text":"a","page":1,"size":2,"sise":3,"x":4}"#,
        &["#/sise unknown_field", "#/x unknown_field"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Deep {
    #[serde(flatten)]
    outer: Outer,
    c: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Outer {
    b: Inner,
    #[serde(flatten)]
    page: Page,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Inner {
    x: u8,
    y: String,
}

#[test]
fn mistakes_in_a_doubly_flattened_struct_are_found() {
    takes::<Deep>(r#"{"b":{"x":1,"y":"a"},"page":1,"size":1,"c":1}"#);
    finds::<Deep>(
        r#"{"b":{"x":"q","y":3},"page":"r","size":1,"c":-1}"#,
        &["#/b/x type", "#/b/y type", "#/page type", "#/c range"],
    );
    finds::<Deep>(r#"{"b":{"y":"a"},"page":1,"c":1}"#, &["#/b/x required", "#/size required"]);
}

#[test]
fn placeholder_causes_no_violations() {
    finds::<Deep>(r#"{"b":7,"page":1,"size":1,"c":"x"}"#, &["#/b type", "#/c type"]);
    finds::<Deep>(r#"{"b":7,"page":1,"c":1}"#, &["#/b type", "#/size required"]);
    finds::<Deep>(r#"{"page":"x","size":1,"c":1}"#, &["#/page type", "#/b required"]);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Twice {
    own: u8,
    #[serde(flatten)]
    rest: HashMap<String, Inner>,
}

#[test]
fn duplicate_below_a_flattened_map_is_found() {
    finds::<Twice>(
        r#"{"a":{"x":1,"y":"a"},"own":1,"b":{"x":1,"y":"a","x":2},"c":{"x":1,"y":"a"}}"#,
        &["#/b/x duplicate"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Stamped {
    id: u8,
    #[serde(flatten)]
    stamp: Stamp,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Stamp {
    by: uuid::Uuid,
    name: String,
}

/// The message for a wrong UUID contains neither its place nor its value.
#[test]
fn every_item_with_a_wrong_part_is_invalid() {
    let items = vec![r#"{"id":1,"by":"x","name":"a"}"#; 30];
    let expected: Vec<_> = (0..30).map(|at| format!("#/{at} invalid")).collect();
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    finds::<Vec<Stamped>>(&format!("[{}]", items.join(",")), &expected);
}
