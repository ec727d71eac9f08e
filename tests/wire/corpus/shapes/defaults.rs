//! Optional fields and defaults.

use std::marker::PhantomData;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::corpus::mistake::{extra, lacks, twice, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![options(), patches(), defaults(), skipped(), whole_defaults(), ignored()]
}

#[derive(Deserialize)]
struct Address {
    street: String,
    zip: u32,
}

fn options() -> Shape {
    #[derive(Deserialize)]
    struct Person {
        name: String,
        age: Option<u8>,
        address: Option<Address>,
        tags: Option<Vec<Option<String>>>,
    }

    let body = r#"{
        "name": "a", "age": 1, "address": {"street": "s", "zip": 1}, "tags": ["a", null, "b"]
    }"#;
    Shape::json::<Person>("options", body).with([
        wrong("/name", "null", "type string"),
        wrong("/age", "\"x\"", "type integer"),
        wrong("/age", "256", "range 0..255"),
        wrong("/address", "\"s\"", "type object"),
        lacks("/address/street"),
        wrong("/address/zip", "null", "type integer"),
        wrong("/tags", "{}", "type array"),
        wrong("/tags/0", "1", "type string"),
        wrong("/tags/2", "[]", "type string"),
    ])
}

/// Distinguishes an absent field, null and a value, as a PATCH does.
#[expect(clippy::option_option, reason = "three states")]
fn sent<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[expect(clippy::option_option, reason = "three states")]
fn patches() -> Shape {
    #[derive(Deserialize)]
    struct Patch {
        #[serde(default, deserialize_with = "sent")]
        title: Option<Option<String>>,
        #[serde(default, deserialize_with = "sent")]
        due: Option<Option<u64>>,
        #[serde(default, deserialize_with = "sent")]
        address: Option<Option<Address>>,
        plain: Option<Option<bool>>,
    }

    let body = r#"{"title": "a", "due": 3, "address": {"street": "s", "zip": 1}, "plain": true}"#;
    Shape::json::<Patch>("options of options", body).with([
        wrong("/title", "1", "type string"),
        wrong("/due", "-1", "range 0..18446744073709551615"),
        wrong("/due", "\"3\"", "type integer"),
        lacks("/address/zip"),
        wrong("/address/street", "null", "type string"),
        wrong("/plain", "\"yes\"", "type boolean"),
    ])
}

fn twenty() -> u32 {
    20
}

fn defaults() -> Shape {
    #[derive(Deserialize)]
    struct Search {
        text: String,
        #[serde(default)]
        fuzzy: bool,
        #[serde(default = "twenty")]
        limit: u32,
        #[serde(default)]
        fields: Vec<String>,
    }

    let body = r#"{"text": "a", "fuzzy": true, "limit": 10, "fields": ["a", "b"]}"#;
    Shape::json::<Search>("default and default = path", body).with([
        lacks("/text"),
        wrong("/fuzzy", "null", "type boolean"),
        wrong("/limit", "null", "type integer"),
        wrong("/limit", "-1", "range 0..4294967295"),
        wrong("/fields", "\"a\"", "type array"),
        wrong("/fields/1", "1", "type string"),
        twice("/limit", "11"),
    ])
}

fn skipped() -> Shape {
    struct Cache;

    impl Default for Cache {
        fn default() -> Self {
            Self
        }
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        name: String,
        #[serde(skip)]
        cache: Cache,
        #[serde(skip_deserializing)]
        id: u64,
        #[serde(skip_deserializing, default = "twenty")]
        size: u32,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        notes: Vec<u8>,
    }

    Shape::json::<Row>("skip and skip_deserializing", r#"{"name": "a", "notes": [1]}"#).with([
        extra("/id", "unknown_field"),
        extra("/cache", "unknown_field"),
        lacks("/name"),
        wrong("/name", "{}", "type string"),
        wrong("/notes/0", "-1", "range 0..255"),
    ])
}

fn whole_defaults() -> Shape {
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Settings {
        dark_mode: bool,
        font_size: u8,
        panes: Panes,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Panes {
        left: i16,
        right: i16,
    }

    let body = r#"{"darkMode": true, "fontSize": 12, "panes": {"left": 1, "right": 2}}"#;
    Shape::json::<Settings>("default on the struct", body).with([
        wrong("/darkMode", "0", "type boolean"),
        wrong("/fontSize", "300", "range 0..255"),
        wrong("/panes/left", "32768", "range -32768..32767"),
        wrong("/panes/right", "\"2\"", "type integer"),
        wrong("/panes", "null", "type object"),
    ])
}

fn ignored() -> Shape {
    struct Kilo;

    #[derive(Deserialize)]
    struct Amount<U> {
        value: f64,
        #[serde(skip)]
        unit: PhantomData<U>,
    }

    #[derive(Deserialize)]
    struct Envelope {
        amount: Amount<Kilo>,
        trace: IgnoredAny,
        marker: PhantomData<u8>,
        after: u8,
    }

    let body = r#"{"amount": {"value": 1}, "trace": [{"x": 1}], "marker": null, "after": 1}"#;
    Shape::json::<Envelope>("PhantomData and IgnoredAny", body).with([
        lacks("/amount/value"),
        wrong("/amount/value", "\"1\"", "type number"),
        lacks("/trace"),
        wrong("/marker", "1", "type null"),
        wrong("/after", "[]", "type integer"),
    ])
}
