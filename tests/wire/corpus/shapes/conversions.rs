//! Types that are deserialized through another one.

use std::fmt::{self, Formatter};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_with::{OneOrMany, serde_as};

use crate::corpus::mistake::{extra, lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![numbers(), from_and_into(), intermediate(), ordered(), with_modules(), one_or_many()]
}

#[derive(Deserialize)]
#[serde(try_from = "u8")]
struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = &'static str;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        if value <= 100 { Ok(Self(value)) } else { Err("more than all") }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "f64")]
struct Latitude(f64);

impl TryFrom<f64> for Latitude {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if value.abs() <= 90.0 { Ok(Self(value)) } else { Err("beyond the pole") }
    }
}

fn numbers() -> Shape {
    #[derive(Deserialize)]
    struct Report {
        done: Percent,
        parts: Vec<Percent>,
        latitude: Latitude,
        title: String,
    }

    let body = r#"{"done": 50, "parts": [1, 2], "latitude": 1.5, "title": "a"}"#;
    Shape::json::<Report>("numbers with try_from", body).with([
        wrong("/done", "101", "invalid"),
        wrong("/done", "256", "range 0..255"),
        wrong("/done", "\"50\"", "type integer"),
        wrong("/parts/1", "200", "invalid"),
        wrong("/latitude", "91", "invalid"),
        wrong("/latitude", "null", "type number"),
        wrong("/title", "1", "type string"),
    ])
}

#[derive(Clone, Deserialize, Serialize)]
struct Wire {
    name: String,
    level: u8,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(from = "Wire", into = "Wire")]
struct Skill {
    wire: Wire,
}

impl From<Wire> for Skill {
    fn from(wire: Wire) -> Self {
        Self { wire }
    }
}

impl From<Skill> for Wire {
    fn from(skill: Skill) -> Self {
        skill.wire
    }
}

fn from_and_into() -> Shape {
    #[derive(Deserialize)]
    struct Person {
        best: Skill,
        others: Vec<Skill>,
    }

    let body = r#"{"best": {"name": "a", "level": 1}, "others": [{"name": "b", "level": 2}]}"#;
    Shape::json::<Person>("from and into", body).with([
        lacks("/best/name"),
        wrong("/best/level", "256", "range 0..255"),
        wrong("/others/0/name", "1", "type string"),
        lacks("/others/0/level"),
        wrong("/others/0", "\"b\"", "type object"),
    ])
}

/// A period that is deserialized by hand through another struct, and then validated as a whole.
struct Period {
    first: u32,
    last: u32,
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            first: u32,
            last: u32,
        }

        let Raw { first, last } = Raw::deserialize(deserializer)?;
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err(D::Error::custom("ends before it begins"))
        }
    }
}

fn intermediate() -> Shape {
    #[derive(Deserialize)]
    struct Plan {
        period: Period,
        breaks: Vec<Period>,
        title: String,
    }

    let body = r#"{
        "period": {"first": 1, "last": 5},
        "breaks": [{"first": 2, "last": 3}, {"first": 3, "last": 4}], "title": "a"
    }"#;
    Shape::json::<Plan>("a Deserialize through another struct", body).with([
        wrong("/period/first", "\"1\"", "type integer"),
        wrong("/period/last", "-1", "range 0..4294967295"),
        wrong("/period/first", "6", "invalid").at("/period"),
        lacks("/breaks/0/last"),
        extra("/breaks/0/midle", "unknown_field"),
        wrong("/breaks/1/first", "9", "invalid").at("/breaks/1"),
        wrong("/title", "null", "type string"),
    ])
}

/// A list with a rule about all of its elements.
#[derive(Deserialize)]
#[serde(try_from = "Vec<u16>")]
struct Ordered(Vec<u16>);

impl TryFrom<Vec<u16>> for Ordered {
    type Error = String;

    fn try_from(list: Vec<u16>) -> Result<Self, Self::Error> {
        if list.is_sorted() { Ok(Self(list)) } else { Err(format!("{list:?}")) }
    }
}

fn ordered() -> Shape {
    #[derive(Deserialize)]
    struct Curve {
        points: Ordered,
        name: String,
    }

    Shape::json::<Curve>("a list with a rule", r#"{"points": [1, 2, 3], "name": "a"}"#).with([
        wrong("/points", "[3, 2]", "invalid"),
        wrong("/points/1", "\"2\"", "type integer"),
        wrong("/points/2", "-3", "range 0..65535"),
        wrong("/points", "3", "type array"),
        wrong("/name", "1", "type string"),
    ])
}

mod yes_or_no {
    use super::{Deserialize, Deserializer, Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<bool, D::Error> {
        match &*String::deserialize(deserializer)? {
            "yes" => Ok(true),
            "no" => Ok(false),
            other => Err(D::Error::unknown_variant(other, &["yes", "no"])),
        }
    }
}

fn with_modules() -> Shape {
    #[derive(Deserialize)]
    struct Consent {
        #[serde(with = "yes_or_no")]
        mails: bool,
        #[serde(deserialize_with = "yes_or_no::deserialize", default)]
        calls: bool,
        #[serde(with = "hexadecimal")]
        color: u32,
        name: String,
    }

    let body = r#"{"mails": "yes", "calls": "no", "color": "ff0000", "name": "a"}"#;
    Shape::json::<Consent>("with and deserialize_with", body).with([
        wrong("/mails", "\"maybe\"", "one_of yes|no"),
        wrong("/mails", "true", "one_of yes|no"),
        wrong("/calls", "\"nope\"", "one_of yes|no ?no"),
        wrong("/color", "\"red\"", "invalid"),
        wrong("/color", "255", "type string"),
        wrong("/name", "{}", "type string"),
        lacks("/mails"),
    ])
}

mod hexadecimal {
    use super::{Deserializer, Error, Formatter, fmt};

    struct Digits;

    impl serde::de::Visitor<'_> for Digits {
        type Value = u32;

        fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u32, E> {
            u32::from_str_radix(text, 16).map_err(E::custom)
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_str(Digits)
    }
}

fn one_or_many() -> Shape {
    #[serde_as]
    #[derive(Deserialize)]
    struct Message {
        #[serde_as(as = "OneOrMany<_>")]
        to: Vec<String>,
        text: String,
    }

    Shape::json::<Message>("one or many of serde_with", r#"{"to": ["a", "b"], "text": "x"}"#).with(
        [
            wrong("/to/0", "1", "type string"),
            wrong("/to", "5", "invalid"),
            wrong("/text", "1", "type string"),
            lacks("/to"),
            lacks("/text"),
        ],
    )
}
