//! Tests of the bounds of numbers.

use std::num::{NonZeroI8, NonZeroU32, Saturating, Wrapping};

use serde::Deserialize;

use super::support::{finds, takes};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Integers {
    a: u8,
    b: i8,
    c: u16,
    d: i16,
    e: u32,
    f: i32,
    g: u64,
    h: i64,
    i: usize,
    j: isize,
}

#[test]
fn every_integer_has_its_bounds() {
    takes::<Integers>(
        r#"{"a":255,"b":-128,"c":65535,"d":-32768,"e":4294967295,"f":-2147483648,
            "g":18446744073709551615,"h":-9223372036854775808,"i":0,"j":-1}"#,
    );
    finds::<Integers>(
        r#"{"a":256,"b":-129,"c":-1,"d":32768,"e":-1,"f":2147483648,
            "g":18446744073709551616,"h":-9223372036854775809,"i":-1,"j":1e3}"#,
        &[
            "#/a range",
            "#/b range",
            "#/c range",
            "#/d range",
            "#/e range",
            "#/f range",
            "#/g range",
            "#/h range",
            "#/i range",
            "#/j type",
        ],
    );
    finds::<Integers>(
        r#"{"a":1.0,"b":-0,"c":"1","d":true,"e":null,"f":[],"g":{},"h":1e400,"i":0.1,"j":"x"}"#,
        &[
            "#/a type", "#/b type", "#/c type", "#/d type", "#/e type", "#/f type", "#/g type",
            "#/h type", "#/i type", "#/j type",
        ],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Wide {
    big: i128,
    huge: u128,
    real: f64,
    small: f32,
}

#[test]
fn mistakes_in_wide_numbers_are_found() {
    takes::<Wide>(
        r#"{"big":-170141183460469231731687303715884105728,
            "huge":340282366920938463463374607431768211455,"real":1e308,"small":1}"#,
    );
    finds::<Wide>(
        r#"{"big":1.5,"huge":-1,"real":1e999,"small":"NaN"}"#,
        &["#/big type", "#/huge range", "#/real range", "#/small type"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Narrow {
    a: NonZeroU32,
    b: NonZeroI8,
    c: Wrapping<u8>,
    d: Saturating<u8>,
    e: Option<NonZeroU32>,
}

#[test]
fn mistakes_in_restricted_integers_are_found() {
    takes::<Narrow>(r#"{"a":1,"b":-1,"c":1,"d":999,"e":null}"#);
    finds::<Narrow>(
        r#"{"a":0,"b":0,"c":256,"d":"x","e":0}"#,
        &["#/a range", "#/b range", "#/c range", "#/d type", "#/e range"],
    );
}

#[test]
fn mistakes_in_bare_numbers_are_found() {
    finds::<u8>("300", &["# range"]);
    finds::<Option<u8>>("\"x\"", &["# type"]);
    finds::<Vec<u8>>(
        "[1,-1,256,\"x\",null,[1]]",
        &["#/1 range", "#/2 range", "#/3 type", "#/4 type", "#/5 type"],
    );
}

#[test]
fn negative_zero_is_a_valid_integer_of_128_bits() {
    takes::<(i128, f64)>("[-0,-0]");
    finds::<(i128, u8)>("[-0,-0]", &["#/1 type"]);
}
