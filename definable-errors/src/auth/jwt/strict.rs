//! A JSON parser for tokens, which rejects duplicate names at any depth (RFC 7515 §5.2).
//!
//! `serde_json::Value` takes the last of two members, and so do many libraries; an attacker could
//! then choose which one counts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The maximum number of members, more than any token has; the search for duplicates is quadratic.
const MAX_MEMBERS: usize = 256;

/// The initial capacity, which most headers and claims do not exceed.
const USUAL_MEMBERS: usize = 8;

/// The name under which `serde_json` passes numbers on if some crate of the program enables
/// arbitrary precision.
const DIGITS: &str = "$serde_json::private::Number";

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool,
    Integer(i128),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// An object whose members are in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Parses a text as an object; returns `None` if it is anything else.
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        match serde_json::from_slice(text).ok()? {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Drops members that are `null`: optional members that are `null` count as absent (RFC 7517
    /// §4).
    pub(super) fn without_nulls(mut self) -> Self {
        self.0.retain(|(_, value)| *value != Json::Null);
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::as_text)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn insert(&mut self, name: Cow<'a, str>, value: Json<'a>) -> Result<(), &'static str> {
        match self.0.len() {
            MAX_MEMBERS => Err("too many members"),
            _ if self.has(&name) => Err("a member twice"),
            _ => {
                self.0.push((name, value));
                Ok(())
            }
        }
    }
}

/// Returns the items of the list under this name in an object, each as it is written: an item that
/// this parser rejects does not affect the others. The object's own names must be unique.
pub(super) fn items<'a>(text: &'a [u8], name: &str) -> Option<Vec<&'a RawValue>> {
    let Members(members) = serde_json::from_slice(text).ok()?;
    let (_, list) = members.into_iter().find(|(known, _)| known == name)?;
    serde_json::from_str(list.get()).ok()
}

/// The members of an object, as they are written.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AsWritten)
    }
}

struct AsWritten;

impl<'de> Visitor<'de> for AsWritten {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without doubles")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
        let mut found = Vec::with_capacity(USUAL_MEMBERS);
        while let Some(Name(name)) = members.next_key()? {
            if found.len() == MAX_MEMBERS || found.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("too many members, or one twice"));
            }
            found.push((name, members.next_value()?));
        }
        Ok(Members(found))
    }
}

impl Json<'_> {
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Json::List(list) => Some(list),
            _ => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without doubles")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let mut object = Object(Vec::with_capacity(USUAL_MEMBERS));
        while let Some(name) = members.next_key::<Name<'de>>()? {
            if name.0 == DIGITS && object.0.is_empty() {
                return number(&members.next_value::<Name<'de>>()?.0).map_err(A::Error::custom);
            }
            object.insert(name.0, members.next_value()?).map_err(A::Error::custom)?;
        }
        Ok(Json::Object(object))
    }
}

fn number(digits: &str) -> Result<Json<'static>, &'static str> {
    let integer = digits.parse().map(Json::Integer).ok();
    integer.or_else(|| digits.parse().map(Json::Float).ok()).ok_or("no number")
}

/// A name, borrowed if it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(Any)? {
            Json::Text(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("a name is a text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_object(text: &str) -> bool {
        Object::parse(text.as_bytes()).is_some()
    }

    #[test]
    fn no_name_stands_twice() {
        assert!(is_object(r#"{"a": 1, "b": {"a": [1, null, true, 1.5, "x"]}}"#));
        assert!(!is_object(r#"{"a": 1, "a": 1}"#));
        assert!(!is_object(r#"{"a": 1, "\u0061": 2}"#));
        assert!(!is_object(r#"{"a": [{"b": {"c": 1, "c": 2}}]}"#));
    }

    #[test]
    fn only_one_object_of_legal_text_is_one() {
        for text in [
            "",
            "[]",
            "1",
            "\"a\"",
            "null",
            "{} {}",
            "{},",
            "{",
            "{\"a\":1,}",
            "\u{feff}{}",
            "{'a':1}",
        ] {
            assert!(!is_object(text), "{text}");
        }
        assert!(Object::parse(b"{\"a\": \"\xff\"}").is_none());
    }

    #[test]
    fn an_item_that_cannot_be_read_spoils_no_other() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for odd in ["{\"a\":1,\"a\":2}", "1e999", "\"\\ud800\"", "null", &deep] {
            let text = format!("{{\"x\":{odd},\"list\":[{odd},{{\"a\": 1}}]}}");
            let items = items(text.as_bytes(), "list").unwrap();
            assert_eq!(
                items.iter().map(|item| item.get()).collect::<Vec<_>>(),
                [odd, "{\"a\": 1}"]
            );
        }
        for text in ["{\"list\":[],\"list\":[]}", "{\"list\":{}}", "[]", "{}", "{\"list\":[1}"] {
            assert!(items(text.as_bytes(), "list").is_none(), "{text}");
        }
    }

    #[test]
    fn objects_are_bounded() {
        let members = |count: u32| {
            let all: Vec<_> = (0..count).map(|n| format!("\"{n}\":0")).collect();
            format!("{{{}}}", all.join(","))
        };
        assert!(is_object(&members(256)) && !is_object(&members(257)));
        assert!(!is_object(&format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200))));
    }

    #[test]
    fn all_digits_of_a_number_are_a_number_too() {
        assert_eq!(number("17"), Ok(Json::Integer(17)));
        assert_eq!(number("1.5e3"), Ok(Json::Float(1500.0)));
    }
}
