//! Types for forms and queries.
#![expect(dead_code, reason = "only read")]

use std::collections::HashMap;
use std::num::NonZeroU8;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A visitor that is called with every type.
pub(super) trait Flat {
    fn visit<T: DeserializeOwned + Send>(&mut self);
}

pub(super) fn for_each_flat(visitor: &mut impl Flat) {
    visitor.visit::<Search>();
    visitor.visit::<Strict>();
    visitor.visit::<HashMap<String, Vec<String>>>();
    visitor.visit::<HashMap<String, u8>>();
    visitor.visit::<Vec<(String, String)>>();
    visitor.visit::<Flattened>();
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Search {
    first_name: String,
    id: Option<Uuid>,
    #[serde(default)]
    tag: Vec<Tag>,
    page: Option<u32>,
    ratio: Option<f64>,
    is_new: Option<bool>,
    letter: Option<char>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tag {
    New,
    Old,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    qty: NonZeroU8,
    #[serde(default)]
    numbers: Vec<i16>,
    #[serde(alias = "email", rename = "e-mail")]
    email: String,
}

#[derive(Deserialize)]
struct Flattened {
    text: String,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}
