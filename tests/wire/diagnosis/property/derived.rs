//! Attributes that only the derive itself can implement, around a generated type.

use serde::Deserialize;

/// `own` beside the members of another type.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
pub(super) struct Flat<T> {
    own: u8,
    #[serde(flatten)]
    rest: T,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
pub(super) enum Tagged<T> {
    Unit,
    Newtype(T),
    Struct { inner: T, number: u8 },
}

pub(super) const TAGGED: [&str; 3] = ["unit", "newtype", "struct"];

#[derive(Deserialize)]
#[serde(tag = "type", content = "content", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
pub(super) enum Adjacent<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct { inner: T, number: u8 },
}

pub(super) const ADJACENT: [&str; 4] = ["unit", "newtype", "tuple", "struct"];

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
pub(super) enum Untagged<T> {
    Flag(bool),
    Inner { inner: T },
    Tuple(T, u8),
}
