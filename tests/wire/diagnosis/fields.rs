//! Tests of the fields of structs: missing, unknown, duplicate, renamed.

use std::fmt::{self, Formatter};

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::support::{finds, takes};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Order {
    id: u32,
    name: String,
    qty: u8,
    is_paid: bool,
    note: Option<String>,
}

#[test]
fn mistakes_in_a_flat_struct_are_found() {
    takes::<Order>(r#"{"id":1,"name":"a","qty":1,"is_paid":true}"#);
    finds::<Order>(
        r#"{"id":"1","name":2,"qty":300,"is_paid":"yes","note":[]}"#,
        &["#/id type", "#/name type", "#/qty range", "#/is_paid type", "#/note type"],
    );
    finds::<Order>(
        "{}",
        &["#/id required", "#/name required", "#/qty required", "#/is_paid required"],
    );
    finds::<Order>(
        r#"{"id":null}"#,
        &["#/id type", "#/name required", "#/qty required", "#/is_paid required"],
    );
    finds::<Order>("[]", &["# type"]);
    finds::<Order>("null", &["# type"]);
    finds::<Order>("\"x\"", &["# type"]);
    finds::<Order>(r#"{"id":1,"name":"a","qty":1,"qty":2,"is_paid":true}"#, &["#/qty duplicate"]);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Account {
    first_name: String,
    #[serde(rename = "e-mail")]
    email: String,
    #[serde(default)]
    is_admin: bool,
    #[serde(alias = "zip")]
    postal_code: Option<u32>,
}

#[test]
fn mistakes_in_a_strict_struct_with_renamed_fields_are_found() {
    takes::<Account>(r#"{"firstName":"a","e-mail":"b","zip":1}"#);
    finds::<Account>(
        r#"{"first_name":"a","e-mail":1,"isAdmin":null,"x/y":1,"zip":"a"}"#,
        &[
            "#/first_name unknown_field",
            "#/e-mail type",
            "#/isAdmin type",
            "#/x~1y unknown_field",
            "#/zip type",
            "#/firstName required",
        ],
    );
    finds::<Account>(
        r#"{"firstName":"a","e-mail":"b","zip":1,"postalCode":1}"#,
        &["#/postalCode duplicate"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct AliasRequired {
    #[serde(alias = "b")]
    a: u8,
    c: u8,
}

#[test]
fn field_under_its_alias_is_not_missing() {
    finds::<Vec<AliasRequired>>(
        r#"[{"c":1},{"b":1,"c":"x"},{"b":1},{"c":2}]"#,
        &["#/0/a required", "#/1/c type", "#/2/c required", "#/3/a required"],
    );
}

/// A text of a format that no placeholder has, so that its objects cannot be read to their ends.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Sku;

impl TryFrom<String> for Sku {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.starts_with("SKU-") { Ok(Self) } else { Err("refused") }
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Stocked {
    #[serde(alias = "other")]
    id: Sku,
    name: u8,
    #[serde(alias = "amount")]
    qty: u8,
}

#[test]
fn field_with_a_wrong_value_under_its_alias_is_not_missing() {
    // The first object shows that the type requires `id`.
    finds::<Vec<Stocked>>(
        r#"[{"name":1,"qty":1},{"other":null,"name":1,"qty":1}]"#,
        &["#/0/id required", "#/1/other type"],
    );
    finds::<((), Vec<(u8, Vec<Stocked>)>)>(
        r#"[null,[[1,[{"name":1,"qty":1}]],[2,[{"other":null,"name":1,"qty":1}]]]]"#,
        &["#/1/0/1/0/id required", "#/1/1/1/0/other type"],
    );
}

#[test]
fn field_under_its_alias_is_not_missing_beside_one_without_a_placeholder() {
    // The first two objects show that the type requires `id` and `qty`.
    finds::<Vec<Stocked>>(
        r#"[{"name":1,"qty":1},{"id":"SKU-1","name":1},{"name":1,"amount":1}]"#,
        &["#/0/id required", "#/1/qty required", "#/2/id required"],
    );
}

/// Reads `id` or `other`, whichever comes last, as a type without a derive may.
struct Lenient;

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Lenient", &["id", "other", "name"], Self)
    }
}

impl<'de> Visitor<'de> for Lenient {
    type Value = Self;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("struct Lenient")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let (mut id, mut name) = (None, None);
        while let Some(key) = members.next_key::<String>()? {
            match &*key {
                "id" | "other" => id = Some(members.next_value::<u8>()?),
                "name" => name = Some(members.next_value::<u8>()?),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        id.ok_or_else(|| A::Error::missing_field("id"))?;
        name.ok_or_else(|| A::Error::missing_field("name"))?;
        Ok(Self)
    }
}

#[test]
fn field_under_its_alias_is_not_missing_if_its_type_accepts_both_names() {
    finds::<Vec<Lenient>>(
        r#"[{"name":1},{"other":1,"name":"x"},{"other":1},{}]"#,
        &[
            "#/0/id required",
            "#/1/name type",
            "#/2/name required",
            "#/3/id required",
            "#/3/name required",
        ],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Nested {
    customer: Customer,
    items: Vec<Item>,
    billing: Option<Address>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Customer {
    name: String,
    address: Address,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Address {
    city: String,
    zip: u32,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Item {
    sku: String,
    qty: u8,
}

#[test]
fn mistakes_in_nested_structs_are_found() {
    finds::<Nested>(
        r#"{"customer":{"name":1,"address":{"city":"a","zip":"b","zap":1}},
            "items":[{"sku":"a","qty":1},{"sku":2,"qty":-1},{"qty":1},7],
            "billing":{"city":5}}"#,
        &[
            "#/customer/name type",
            "#/customer/address/zip type",
            "#/customer/address/zap unknown_field",
            "#/items/1/sku type",
            "#/items/1/qty range",
            "#/items/2/sku required",
            "#/items/3 type",
            "#/billing/city type",
            "#/billing/zip required",
        ],
    );
    finds::<Nested>("{}", &["#/customer required", "#/items required"]);
    finds::<Nested>(
        r#"{"customer":[],"items":{},"billing":1}"#,
        &["#/customer type", "#/items type", "#/billing type"],
    );
}

#[derive(Deserialize)]
#[serde(default)]
struct Settings {
    chunk_size: u16,
    overlap: u16,
    language: Language,
}

impl Default for Settings {
    fn default() -> Self {
        Self { chunk_size: 1, overlap: 1, language: Language::En }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Language {
    En,
    De,
}

#[test]
fn mistakes_in_structs_with_defaults_are_found() {
    let _ = |it: Settings| (it.chunk_size, it.overlap, it.language);
    takes::<Settings>("{}");
    finds::<Settings>(
        r#"{"chunk_size":70000,"overlap":1.5,"language":"fr"}"#,
        &["#/chunk_size range", "#/overlap type", "#/language one_of"],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Recursive {
    name: String,
    #[serde(default)]
    children: Vec<Recursive>,
    parent: Option<Box<Recursive>>,
}

#[test]
fn mistakes_in_recursive_types_are_found() {
    finds::<Recursive>(
        r#"{"name":1,"children":[{"children":[{"name":2}]}],"parent":{"name":"a","parent":{}}}"#,
        &[
            "#/name type",
            "#/children/0/children/0/name type",
            "#/children/0/name required",
            "#/parent/parent/name required",
        ],
    );
}

#[derive(Deserialize)]
struct Endless {
    #[expect(dead_code, reason = "only read")]
    next: Box<Endless>,
}

#[test]
fn mistake_in_a_type_without_finite_values_is_found() {
    finds::<Endless>(r#"{"next":{"next":{}}}"#, &["#/next/next/next required"]);
}

#[derive(Deserialize)]
struct Newtype(u8);

#[derive(Deserialize)]
#[serde(transparent)]
struct Transparent {
    inner: Newtype,
}

#[derive(Deserialize)]
struct Unit;

#[test]
fn mistakes_in_wrappers_are_found() {
    let _ = |it: Transparent| it.inner.0;
    finds::<Wrappers>(
        r#"{"newtype":"a","transparent":-1,"unit":1,"nothing":0,"letter":"ab","boxed":1}"#,
        &[
            "#/newtype type",
            "#/transparent range",
            "#/unit type",
            "#/nothing type",
            "#/letter type",
            "#/boxed type",
        ],
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Wrappers {
    newtype: Newtype,
    transparent: Transparent,
    unit: Unit,
    nothing: (),
    letter: char,
    boxed: Box<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[test]
fn mistakes_in_a_struct_without_fields_are_found() {
    takes::<Empty>("{}");
    finds::<Empty>(r#"{"a":1,"b":2}"#, &["#/a unknown_field", "#/b unknown_field"]);
}

#[derive(Deserialize)]
#[serde(expecting = "the secret of hunter2")]
#[expect(dead_code, reason = "only read")]
struct Expecting {
    a: u8,
}

#[test]
fn message_of_the_type_is_not_sent() {
    finds::<Expecting>("7", &["# type"]);
}
