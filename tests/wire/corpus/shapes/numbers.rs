//! Integers of all widths, and other numbers.

use std::num::{NonZeroI64, NonZeroU8, NonZeroUsize, Wrapping};

use serde::Deserialize;

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![signed(), unsigned(), wide(), floats(), non_zero()]
}

fn signed() -> Shape {
    #[derive(Deserialize)]
    struct Signed {
        a: i8,
        b: i16,
        c: i32,
        d: i64,
        e: isize,
    }

    Shape::json::<Signed>("signed integers", r#"{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}"#).with([
        wrong("/a", "-129", "range -128..127"),
        wrong("/b", "40000", "range -32768..32767"),
        wrong("/c", "-2147483649", "range -2147483648..2147483647"),
        wrong("/d", "9223372036854775808", "range -9223372036854775808..9223372036854775807"),
        wrong("/e", "1.0", "type integer"),
        wrong("/a", "1e1", "type integer"),
        wrong("/b", "-0", "type integer"),
        wrong("/d", "true", "type integer"),
    ])
}

fn unsigned() -> Shape {
    #[derive(Deserialize)]
    struct Unsigned {
        a: u8,
        b: u16,
        c: u32,
        d: u64,
        e: usize,
    }

    let body = r#"{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}"#;
    Shape::json::<Unsigned>("unsigned integers", body).with([
        wrong("/a", "256", "range 0..255"),
        wrong("/b", "-1", "range 0..65535"),
        wrong("/c", "4294967296", "range 0..4294967295"),
        wrong("/d", "18446744073709551616", "range 0..18446744073709551615"),
        wrong("/e", "-7", "range 0..18446744073709551615"),
        wrong("/c", "\"1\"", "type integer"),
        wrong("/d", "1.5", "type integer"),
        lacks("/e"),
    ])
}

fn wide() -> Shape {
    #[derive(Deserialize)]
    struct Wide {
        balance: i128,
        supply: u128,
        list: Vec<u128>,
    }

    let body =
        r#"{"balance": -1, "supply": 340282366920938463463374607431768211455, "list": [1, 2]}"#;
    Shape::json::<Wide>("integers of 128 bits", body).with([
        wrong("/balance", "\"1\"", "type integer"),
        wrong("/balance", "1.5", "type integer"),
        wrong(
            "/balance",
            "170141183460469231731687303715884105728",
            "range -170141183460469231731687303715884105728..170141183460469231731687303715884105727",
        ),
        wrong("/supply", "-1", "range 0..340282366920938463463374607431768211455"),
        wrong(
            "/list/0",
            "340282366920938463463374607431768211456",
            "range 0..340282366920938463463374607431768211455",
        ),
        wrong("/list/1", "null", "type integer"),
    ])
}

fn floats() -> Shape {
    #[derive(Deserialize)]
    struct Floats {
        lat: f64,
        lon: f32,
        ratio: Option<f64>,
        path: Vec<(f64, f64)>,
    }

    let body = r#"{"lat": 1.5, "lon": 2, "ratio": 0.1, "path": [[0, 1], [2.5, -3e2]]}"#;
    Shape::json::<Floats>("floats", body).with([
        wrong("/lat", "\"1.5\"", "type number"),
        wrong("/lat", "1e999", "range"),
        wrong("/lon", "null", "type number"),
        wrong("/ratio", "[]", "type number"),
        wrong("/path/0/1", "true", "type number"),
        wrong("/path/1", "[2.5]", "length 2"),
        wrong("/path/1", "2.5", "type array"),
    ])
}

fn non_zero() -> Shape {
    #[derive(Deserialize)]
    struct Limits {
        workers: NonZeroU8,
        offset: NonZeroI64,
        size: Option<NonZeroUsize>,
        wrapped: Wrapping<i16>,
    }

    let body = r#"{"workers": 4, "offset": -1, "size": 2, "wrapped": 3}"#;
    Shape::json::<Limits>("non-zero integers", body).with([
        wrong("/workers", "0", "range 1..255"),
        wrong("/workers", "256", "range 1..255"),
        wrong("/workers", "\"4\"", "type integer"),
        wrong("/offset", "0", "range"),
        wrong("/size", "0", "range 1..18446744073709551615"),
        wrong("/wrapped", "32768", "range -32768..32767"),
        lacks("/workers"),
    ])
}
