//! Texts with a format.

use serde::{Deserialize, Deserializer, de};
use serde_with::{DisplayFromStr, serde_as};

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![characters(), refined(), parsed(), numbers_as_texts(), bit_flags()]
}

fn characters() -> Shape {
    #[derive(Deserialize)]
    struct Keys {
        letter: char,
        letters: Vec<char>,
        separator: Option<char>,
    }

    Shape::json::<Keys>("characters", r#"{"letter": "a", "letters": ["ä", "b"], "separator": ","}"#)
        .with([
            wrong("/letter", "\"ab\"", "type character"),
            wrong("/letter", "\"\"", "type character"),
            wrong("/letter", "1", "type character"),
            wrong("/letters/0", "\"äö\"", "type character"),
            wrong("/letters", "\"ab\"", "type array"),
            wrong("/separator", "[]", "type character"),
        ])
}

/// A text that is validated when it is parsed.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') { Ok(Self(text)) } else { Err("no e-mail") }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct OrderNumber(u32);

impl TryFrom<String> for OrderNumber {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = text.strip_prefix("ORD-").ok_or_else(|| format!("{text} is none"))?;
        number.parse().map(Self).map_err(|error| format!("{error}"))
    }
}

fn refined() -> Shape {
    #[derive(Deserialize)]
    struct Customer {
        email: Email,
        others: Vec<Email>,
        backup: Option<Email>,
        orders: Vec<OrderNumber>,
        age: u8,
    }

    let body = r#"{
        "email": "a@b", "others": ["c@d", "e@f"], "backup": "g@h", "orders": ["ORD-1", "ORD-2"],
        "age": 1
    }"#;
    Shape::json::<Customer>("texts with try_from", body).with([
        wrong("/email", "\"a\"", "invalid"),
        wrong("/email", "1", "type string"),
        wrong("/others/1", "\"e\"", "invalid"),
        wrong("/backup", "\"g\"", "invalid"),
        wrong("/orders/1", "\"2\"", "invalid"),
        wrong("/orders/1", "2", "type string"),
        wrong("/age", "\"x\"", "type integer"),
        lacks("/email"),
    ])
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Semver(u8, u8);

impl TryFrom<String> for Semver {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (major, minor) = text.split_once('.').ok_or("no dot")?;
        let number = |text: &str| text.parse().map_err(|_| "no number".to_owned());
        Ok(Self(number(major)?, number(minor)?))
    }
}

/// A text with an unusual format, and no valid one beside it.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Plate(String);

impl TryFrom<String> for Plate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.starts_with("B-") { Ok(Self(text)) } else { Err("no plate") }
    }
}

fn parsed() -> Shape {
    #[derive(Deserialize)]
    struct Release {
        version: Semver,
        plate: Plate,
        size: u32,
        parts: Vec<u8>,
    }

    let body = r#"{"version": "1.2", "plate": "B-AB 12", "size": 1, "parts": [1]}"#;
    Shape::json::<Release>("texts that only their type can make", body).with([
        wrong("/version", "\"1\"", "invalid"),
        wrong("/version", "1.2", "type string"),
        wrong("/plate", "\"x\"", "invalid"),
        wrong("/plate", "{}", "type string"),
        wrong("/size", "\"1\"", "type integer"),
        wrong("/parts/0", "-1", "range 0..255"),
        lacks("/size"),
    ])
}

fn numbers_as_texts() -> Shape {
    #[serde_as]
    #[derive(Deserialize)]
    struct Transfer {
        #[serde_as(as = "DisplayFromStr")]
        cents: u64,
        #[serde_as(as = "Vec<DisplayFromStr>")]
        parts: Vec<i32>,
        #[serde_as(as = "Option<DisplayFromStr>")]
        fee: Option<f64>,
        #[serde(deserialize_with = "either")]
        either: u32,
    }

    fn either<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        number
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| de::Error::custom("no number"))
    }

    let body = r#"{"cents": "12", "parts": ["1", "-2"], "fee": "0.5", "either": "7"}"#;
    Shape::json::<Transfer>("numbers as texts", body).with([
        wrong("/cents", "\"twelve\"", "invalid"),
        wrong("/cents", "12", "type string"),
        wrong("/parts/0", "\"x\"", "invalid"),
        wrong("/parts/1", "-2", "type string"),
        wrong("/fee", "\"a lot\"", "invalid"),
        wrong("/either", "\"x\"", "invalid"),
        wrong("/either", "-1", "invalid"),
        lacks("/either"),
    ])
}

/// Names joined by `|`, as bitflags writes them.
struct Rights(u8);

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bit = |name: &str| match name.trim() {
            "READ" => Ok(1),
            "WRITE" => Ok(2),
            other => Err(de::Error::custom(format!("{other} is no right"))),
        };
        text.split('|').try_fold(0, |bits, name| Ok(bits | bit(name)?)).map(Self)
    }
}

fn bit_flags() -> Shape {
    #[derive(Deserialize)]
    struct Grant {
        rights: Rights,
        more: Vec<Rights>,
        user: String,
    }

    let body =
        r#"{"rights": "READ | WRITE", "more": ["READ", "WRITE", "READ|WRITE"], "user": "a"}"#;
    Shape::json::<Grant>("flags in a text", body).with([
        wrong("/rights", "\"ALL\"", "invalid"),
        wrong("/rights", "3", "type string"),
        wrong("/more/0", "\"READ|\"", "invalid"),
        wrong("/more/2", "null", "type string"),
        wrong("/user", "1", "type string"),
        lacks("/user"),
    ])
}
