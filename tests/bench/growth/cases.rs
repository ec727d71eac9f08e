//! The kinds of wrong bodies whose cost is compared as they grow.

use std::collections::HashMap;

use definable_errors::extract::Json;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use super::bodies::{deep, members, rows};

/// A kind of wrong body.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) body: fn(usize) -> String,
    pub(super) read: fn(&str) -> Option<usize>,
    /// The least number of violations, or `None` if the body is no JSON.
    pub(super) reported: Option<usize>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Plain {
    id: Id,
    qty: u8,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Strict {
    id: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Flattened {
    id: String,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Many {
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "only read")]
enum Tagged {
    A { id: String, qty: u8 },
}

#[derive(Deserialize)]
#[serde(tag = "kind", content = "of")]
#[expect(dead_code, reason = "only read")]
enum Adjacent {
    A { id: String, qty: u8 },
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Untagged {
    Number(u8),
    Named { id: String },
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Nested {
    Number(u8),
    List(Vec<Nested>),
}

/// A text for which no placeholder is valid.
struct Id;

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if String::deserialize(deserializer)?.starts_with("id-") {
            Ok(Self)
        } else {
            Err(D::Error::custom("no id"))
        }
    }
}

/// A struct of ids for which no placeholder is valid, without a good one among them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Hopeless {
    id: Id,
    #[serde(default)]
    other: Option<Id>,
}

const HUNDRED: Option<usize> = Some(100);

const fn case<T: DeserializeOwned>(
    name: &'static str,
    body: fn(usize) -> String,
    reported: Option<usize>,
) -> Case {
    Case { name, body, read: read::<T>, reported }
}

fn read<T: DeserializeOwned>(body: &str) -> Option<usize> {
    let Err(error) = Json::<T>::from_bytes(body.as_bytes()) else { return Some(0) };
    (error.problem().code() == "validation_failed").then(|| error.problem().violations().len())
}

const PLAIN: &str = r#"{"id":"id-1","qty":1,"name":"some name"}"#;

pub(super) const CASES: [Case; 19] = [
    case::<Vec<Plain>>(
        "a wrong type",
        |bytes| rows(bytes, PLAIN, r#"{"id":"id-1","qty":"x","name":"some name"}"#),
        HUNDRED,
    ),
    case::<Vec<Plain>>(
        "a text that its type refuses",
        |bytes| rows(bytes, PLAIN, r#"{"id":"x","qty":1,"name":"some name"}"#),
        HUNDRED,
    ),
    case::<Vec<Plain>>(
        "a missing field",
        |bytes| rows(bytes, PLAIN, r#"{"id":"id-1","name":"some name"}"#),
        HUNDRED,
    ),
    case::<Vec<Strict>>("nothing but missing fields", |bytes| rows(bytes, "{}", "{}"), HUNDRED),
    case::<Vec<Flattened>>(
        "a wrong type in a flattened map",
        |bytes| rows(bytes, r#"{"id":"x","a":1}"#, r#"{"id":"x","a":"x"}"#),
        HUNDRED,
    ),
    case::<Vec<Tagged>>(
        "a wrong type behind a tag",
        |bytes| {
            rows(bytes, r#"{"kind":"A","id":"x","qty":1}"#, r#"{"kind":"A","id":"x","qty":"x"}"#)
        },
        HUNDRED,
    ),
    case::<Vec<Tagged>>(
        "a missing field behind a tag",
        |bytes| rows(bytes, r#"{"kind":"A","id":"x","qty":1}"#, r#"{"kind":"A","id":"x"}"#),
        HUNDRED,
    ),
    case::<Vec<Tagged>>(
        "a wrong tag",
        |bytes| rows(bytes, r#"{"kind":"A","id":"x","qty":1}"#, r#"{"kind":"B","id":"x"}"#),
        HUNDRED,
    ),
    case::<Vec<Adjacent>>(
        "a missing field in adjacent content",
        |bytes| {
            rows(bytes, r#"{"kind":"A","of":{"id":"x","qty":1}}"#, r#"{"of":{"qty":1},"kind":"A"}"#)
        },
        HUNDRED,
    ),
    case::<Vec<Untagged>>(
        "an untagged enum",
        |bytes| rows(bytes, r#"{"id":"x"}"#, r#"{"id":1}"#),
        HUNDRED,
    ),
    case::<Strict>("unknown fields", |bytes| members(bytes, "1"), HUNDRED),
    case::<HashMap<String, u8>>("a map of wrong values", |bytes| members(bytes, "\"#\""), HUNDRED),
    case::<Many>("a flattened map of wrong values", |bytes| members(bytes, "\"#\""), Some(1)),
    case::<HashMap<String, (u8, u8)>>(
        "a map, one value wrong",
        |bytes| members(bytes, "[1,1]").replacen("[1,1]", "[1]", 1),
        Some(1),
    ),
    case::<Vec<Hopeless>>(
        "texts that nothing can stand in for",
        |bytes| rows(bytes, r#"{"id":"x","other":"y"}"#, r#"{"id":"y","other":"x"}"#),
        HUNDRED,
    ),
    case::<Vec<u8>>("all elements wrong", |bytes| rows(bytes, "\"x\"", "\"y\""), HUNDRED),
    case::<Vec<u8>>(
        "the last element wrong",
        |bytes| format!("[{}\"x\"]", "1,".repeat(bytes / 2)),
        Some(1),
    ),
    case::<(Nested, u8)>(
        "deep lists, and a mistake beside them",
        |bytes| format!("[{},\"x\"]", deep(bytes, 120, "1")),
        Some(1),
    ),
    case::<Vec<u8>>("deeper than it may be", |bytes| "[".repeat(bytes), None),
];
