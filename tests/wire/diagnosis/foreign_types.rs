//! Tests of types of other crates, and of texts with a format of their own.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::support::{finds, takes};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Ids {
    id: Uuid,
    owner: Option<Uuid>,
    address: IpAddr,
    listen: SocketAddr,
    path: PathBuf,
}

const ID: &str = "11111111-1111-4111-8111-111111111111";

#[test]
fn invalid_texts_of_foreign_types_are_reported() {
    takes::<Ids>(&format!(r#"{{"id":"{ID}","address":"::1","listen":"127.0.0.1:1","path":"/"}}"#));
    finds::<Ids>(
        r#"{"id":"x","owner":"y","address":"z","listen":"1","path":1}"#,
        &[
            "#/id invalid",
            "#/owner invalid",
            "#/address invalid",
            "#/listen invalid",
            "#/path type",
        ],
    );
    finds::<Ids>(
        r#"{"id":1,"owner":2}"#,
        &[
            "#/id type",
            "#/owner type",
            "#/address required",
            "#/listen required",
            "#/path required",
        ],
    );
    finds::<Vec<Uuid>>(
        &format!(r#"["{ID}","x","{ID}","y",1]"#),
        &["#/1 invalid", "#/3 invalid", "#/4 type"],
    );
    finds::<HashMap<Uuid, u8>>(&format!(r#"{{"{ID}":1,"x":2}}"#), &["#/x invalid"]);
}

/// A type with a format that is in no list of usual texts.
struct Sku;

impl<'de> Deserialize<'de> for Sku {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.strip_prefix("SKU-") {
            Some(_) => Ok(Self),
            None => Err(D::Error::custom(format!("{text:?} is no SKU, hunter2"))),
        }
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Line {
    sku: Sku,
    qty: u8,
}

#[test]
fn valid_sibling_serves_as_placeholder() {
    finds::<Vec<Line>>(
        r#"[{"sku":"SKU-1","qty":1},{"sku":"x","qty":"y"},{"sku":"z","qty":300},{"sku":"SKU-2"}]"#,
        &[
            "#/1/sku invalid",
            "#/1/qty type",
            "#/2/sku invalid",
            "#/2/qty range",
            "#/3/qty required",
        ],
    );
    finds::<Vec<Line>>(
        r#"[{"sku":"x","qty":1},{"sku":"SKU-2"},{"sku":"SKU-3","qty":"y"}]"#,
        &["#/0/sku invalid", "#/1/qty required", "#/2/qty type"],
    );
    finds::<Line>(r#"{"sku":"x","qty":1}"#, &["#/sku invalid"]);
    finds::<Option<Line>>(r#"{"qty":"y","sku":"x"}"#, &["#/qty type", "#/sku invalid"]);
}

#[derive(Deserialize)]
#[serde(try_from = "u8")]
struct Even;

impl TryFrom<u8> for Even {
    type Error = &'static str;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        if value % 2 == 0 { Ok(Self) } else { Err("odd") }
    }
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn yes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match &*String::deserialize(deserializer)? {
        "true" => Ok(true),
        other => Err(D::Error::custom(other)),
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Converted {
    even: Even,
    #[serde(deserialize_with = "from_text")]
    number: u32,
    #[serde(deserialize_with = "yes")]
    yes: bool,
    plain: String,
}

#[test]
fn mistakes_in_converted_types_are_found() {
    takes::<Converted>(r#"{"even":2,"number":"7","yes":"true","plain":""}"#);
    finds::<Converted>(
        r#"{"even":3,"number":"x","yes":"no","plain":1}"#,
        &["#/even invalid", "#/number invalid", "#/yes invalid", "#/plain type"],
    );
    finds::<Converted>(
        r#"{"even":"a","number":7,"yes":true}"#,
        &["#/even type", "#/number type", "#/yes type", "#/plain required"],
    );
}

#[derive(Deserialize)]
#[serde(try_from = "Vec<u8>")]
struct Sum;

impl TryFrom<Vec<u8>> for Sum {
    type Error = &'static str;

    fn try_from(values: Vec<u8>) -> Result<Self, Self::Error> {
        if values.iter().sum::<u8>() == 3 { Ok(Self) } else { Err("sum") }
    }
}

#[test]
fn list_that_its_conversion_rejects_is_invalid() {
    takes::<Sum>("[1,2]");
    finds::<Vec<Sum>>("[[1,2],[1],[3],[3,\"x\"]]", &["#/1 invalid", "#/3/1 type"]);
}
