//! Types for JSON.
#![expect(dead_code, reason = "only read")]

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::num::NonZeroU16;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// A visitor that is called with every type.
pub(super) trait Nested {
    fn visit<T: DeserializeOwned + Send>(&mut self);
}

pub(super) fn for_each_nested(visitor: &mut impl Nested) {
    visitor.visit::<Order>();
    visitor.visit::<Vec<Event>>();
    visitor.visit::<Vec<Adjacent>>();
    visitor.visit::<Vec<Untagged>>();
    visitor.visit::<Page>();
    visitor.visit::<Open>();
    visitor.visit::<Checkout>();
    visitor.visit::<Expression>();
    visitor.visit::<BTreeMap<u8, (Uuid, Option<Point>)>>();
    visitor.visit::<Numbers>();
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    id: Uuid,
    first_name: String,
    #[serde(rename = "e-mail", alias = "email")]
    email: Option<String>,
    #[serde(default)]
    items: Vec<Item>,
    address: IpAddr,
    labels: HashMap<String, u16>,
    sku: Option<Sku>,
    priority: Priority,
}

#[derive(Deserialize)]
struct Item {
    article: String,
    qty: u8,
    at: Option<Point>,
}

#[derive(Deserialize)]
struct Point(i8, i8);

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Priority {
    Normal,
    Express,
    #[serde(alias = "now")]
    Immediate,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Event {
    Created { id: u32, name: String },
    Renamed(Renamed),
    Nothing,
}

#[derive(Deserialize)]
struct Renamed {
    from: String,
    to: Item,
}

#[derive(Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Number(u8),
    Pair(u8, u8),
    Named { a: u8, b: String },
    Unit,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Named { name: String },
    List(Vec<bool>),
}

#[derive(Deserialize)]
struct Page {
    text: String,
    #[serde(flatten)]
    bounds: Bounds,
    #[serde(flatten)]
    sort: Option<Sort>,
}

#[derive(Deserialize)]
struct Bounds {
    page: u32,
    size: NonZeroU16,
}

#[derive(Deserialize)]
struct Sort {
    by: Priority,
    descending: bool,
}

#[derive(Deserialize)]
struct Open {
    id: u8,
    #[serde(flatten)]
    rest: HashMap<String, Item>,
}

#[derive(Deserialize)]
struct Checkout {
    total: f64,
    #[serde(flatten)]
    payment: Payment,
}

#[derive(Deserialize)]
#[serde(tag = "by")]
enum Payment {
    Card { number: String, year: u16 },
    Cash,
}

#[derive(Deserialize)]
enum Expression {
    Add(Box<Expression>, Box<Expression>),
    All(Vec<Expression>),
    Named { name: Priority, of: Option<Box<Expression>> },
    Literal(i64),
    Nothing,
}

#[derive(Deserialize)]
struct Numbers {
    a: (u8, i8, u16, i16),
    b: (u32, i32, u64, i64),
    c: (u128, i128, f32, f64),
    d: [char; 2],
    e: (),
    f: serde_json::Value,
}

/// A type with an unusual format, whose error repeats its input.
struct Sku;

impl<'de> Deserialize<'de> for Sku {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.starts_with("SKU-") {
            Ok(Self)
        } else {
            Err(D::Error::custom(format!("{text:?} is no SKU")))
        }
    }
}
