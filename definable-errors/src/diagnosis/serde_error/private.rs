//! Everything that relies on names and texts which serde, `serde_json` and the standard library do
//! not promise to keep. A test checks each against the version in use.

use serde::de;

use super::complaint::{Bounds, Complaint, Expected};

/// The name by which `serde_json::value::RawValue` requests the text of a value.
pub(crate) const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Returns whether a visitor is serde's own, for a type of the standard library.
pub(crate) fn is_standard(visitor: &str) -> bool {
    visitor.starts_with("serde") && visitor.contains("::impls::")
}

/// Returns whether a visitor accepts all integers of a primitive type, and nothing else.
pub(crate) fn is_primitive_visitor(visitor: &str) -> bool {
    visitor.starts_with("serde") && visitor.ends_with("PrimitiveVisitor")
}

/// Returns whether a visitor or a value buffers what it reads, as serde does for `flatten` and for
/// tagged and untagged enums.
pub(crate) fn is_buffer(visitor: &str) -> bool {
    visitor.contains("Content")
}

/// Returns whether a visitor is that of an internally tagged enum.
pub(crate) fn is_internally_tagged(visitor: &str) -> bool {
    visitor.contains("TaggedContent")
}

/// Returns whether a visitor reads the tag of an adjacently tagged enum.
pub(crate) fn is_adjacent_tag(visitor: &str) -> bool {
    visitor.contains("AdjacentlyTagged")
}

/// Returns whether the name of a type is that of an optional number or `bool`.
pub(crate) fn is_optional_number(name: &str) -> bool {
    let Some(inner) =
        name.strip_prefix("core::option::Option<").and_then(|it| it.strip_suffix('>'))
    else {
        return false;
    };
    let inner = inner
        .strip_prefix("core::num::nonzero::NonZero<")
        .map_or(inner, |it| it.trim_end_matches('>'));
    matches!(inner, "bool" | "f32" | "f64") || Bounds::of_type(inner).is_some()
}

/// Reads the text of an error. `flatten` with `deny_unknown_fields`, and buffers, report some errors
/// only as texts.
pub(super) fn complaint(message: &str) -> Complaint {
    let quoted = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        Some(rest[..rest.find('`')?].to_owned())
    };
    match quoted("unknown field `") {
        Some(name) => Complaint::UnknownField { name, known: &[] },
        None if message.starts_with("data did not match any variant of untagged enum ") => {
            Complaint::NoVariant
        }
        None if matches!(message, "i128 is not supported" | "u128 is not supported") => {
            Complaint::Unsupported
        }
        None => Complaint::Other,
    }
}

/// Reads what a type expects, as far as the text is one of serde's.
pub(super) fn expected(expected: &dyn de::Expected) -> Expected {
    let text = expected.to_string();
    match text.as_str() {
        "unit" => Expected::Null,
        "a boolean" => Expected::Bool,
        "f32" | "f64" => Expected::Number,
        "a character" => Expected::Character,
        "a string" | "a borrowed string" | "string" | "str" => Expected::Text,
        "a sequence" => Expected::Array,
        "a map" => Expected::Object,
        longer => expected_in(longer),
    }
}

fn expected_in(text: &str) -> Expected {
    if let Some(bounds) = Bounds::of_type(text) {
        return Expected::Integer(Some(bounds));
    }
    if let Some(bounds) = text.strip_prefix("a nonzero ").and_then(Bounds::of_type) {
        return Expected::Integer(Some(bounds.without_zero()));
    }
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if starts(&["struct ", "internally tagged enum ", "adjacently tagged enum "]) {
        return Expected::Object;
    }
    if starts(&["tuple ", "a tuple of size ", "an array of length "]) {
        return Expected::Array;
    }
    // "a UUID string", "a formatted date string", "a string representing a URL".
    let is_text = text.ends_with(" string") || text.starts_with("a string ");
    if is_text && !text.contains(" or ") { Expected::Text } else { Expected::Any }
}

#[cfg(test)]
mod tests {
    use std::any::type_name;
    use std::cell::RefCell;
    use std::collections::HashMap;
    use std::num::NonZeroU8;

    use serde::de::value::{MapDeserializer, StrDeserializer};
    use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};

    use super::super::error::ReplayError;
    use super::*;

    thread_local! {
        static VISITORS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    /// Records the visitor of each request, and fails.
    struct Recorder;

    impl<'de> Deserializer<'de> for Recorder {
        type Error = ReplayError;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ReplayError> {
            record(type_name::<V>())
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            _: V,
        ) -> Result<V::Value, ReplayError> {
            record(name)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    fn record<T>(visitor: &'static str) -> Result<T, ReplayError> {
        VISITORS.with_borrow_mut(|visitors| visitors.push(visitor));
        Err(ReplayError::Noted)
    }

    /// Returns the visitor with which a type reads its first value.
    fn visitor<T: for<'de> Deserialize<'de>>() -> &'static str {
        let _ = T::deserialize(Recorder);
        VISITORS.with_borrow_mut(Vec::pop).unwrap()
    }

    #[derive(serde::Deserialize)]
    #[serde(tag = "kind")]
    enum Internal {
        A,
    }

    #[derive(serde::Deserialize)]
    #[serde(tag = "kind", content = "of")]
    enum Adjacent {
        A,
    }

    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(#[expect(dead_code, reason = "only read")] u8),
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Strict {
        #[serde(flatten)]
        rest: Rest,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Rest {
        #[serde(default)]
        id: u8,
        #[serde(default)]
        big: u128,
    }

    fn complaint_about<T: for<'de> Deserialize<'de>>(member: (&str, u8)) -> Complaint {
        let pairs = [member].into_iter();
        let reader: MapDeserializer<'_, _, ReplayError> = MapDeserializer::new(pairs);
        match T::deserialize(reader) {
            Err(ReplayError::Complaint(complaint)) => *complaint,
            _ => panic!("the value was accepted"),
        }
    }

    /// Fails when a new version of serde changes a name or a text on which the diagnosis relies.
    #[test]
    fn serde_still_has_the_names_and_texts_that_are_read() {
        assert!(is_primitive_visitor(visitor::<u8>()) && is_standard(visitor::<u8>()));
        assert!(!is_primitive_visitor(visitor::<NonZeroU8>()));
        assert!(is_standard(visitor::<Vec<u8>>()) && is_standard(visitor::<HashMap<u8, u8>>()));
        assert!(is_internally_tagged(visitor::<Internal>()) && is_buffer(visitor::<Internal>()));
        assert!(is_buffer(visitor::<Untagged>()) && !is_internally_tagged(visitor::<Untagged>()));
        assert!(!is_standard(visitor::<Rest>()) && !is_buffer(visitor::<Rest>()));
        assert_eq!(visitor::<Box<serde_json::value::RawValue>>(), RAW_VALUE);
        assert!(is_optional_number(type_name::<Option<u8>>()));
        assert!(is_optional_number(type_name::<Option<NonZeroU8>>()));
        assert!(!is_optional_number(type_name::<Option<String>>()));

        let unknown = complaint_about::<Strict>(("secret", 1));
        assert!(matches!(unknown, Complaint::UnknownField { name, .. } if name == "secret"));
        assert_eq!(complaint_about::<Strict>(("big", 1)), Complaint::Unsupported);
        let text: StrDeserializer<'_, ReplayError> = "x".into_deserializer();
        let Err(ReplayError::Complaint(none)) = Untagged::deserialize(text) else { panic!() };
        assert_eq!(*none, Complaint::NoVariant);
    }

    /// The tag of an adjacently tagged enum is requested with a visitor of its own.
    #[test]
    fn serde_still_has_a_visitor_for_adjacent_tags() {
        struct Tag;

        impl<'de> Deserializer<'de> for Tag {
            type Error = ReplayError;

            fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ReplayError> {
                record(type_name::<V>())
            }

            serde::forward_to_deserialize_any! {
                bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
                option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum
                identifier ignored_any
            }
        }

        impl IntoDeserializer<'_, ReplayError> for Tag {
            type Deserializer = Self;

            fn into_deserializer(self) -> Self {
                self
            }
        }

        let reader: MapDeserializer<'_, _, ReplayError> =
            MapDeserializer::new([("kind", Tag)].into_iter());
        let _ = Adjacent::deserialize(reader);
        assert!(is_adjacent_tag(VISITORS.with_borrow_mut(Vec::pop).unwrap()));
    }

    #[test]
    fn expected_types_are_read_from_the_texts_of_serde() {
        let cases: [(&str, Expected); 9] = [
            ("u8", Expected::Integer(Some(Bounds { min: 0, max: 255 }))),
            ("a nonzero u8", Expected::Integer(Some(Bounds { min: 1, max: 255 }))),
            ("i128", Expected::Integer(Some(Bounds { min: i128::MIN, max: i128::MAX }))),
            ("struct Order", Expected::Object),
            ("a tuple of size 2", Expected::Array),
            ("a string", Expected::Text),
            ("a UUID string", Expected::Text),
            ("an array or a string", Expected::Any),
            ("the password hunter2", Expected::Any),
        ];
        for (text, read) in cases {
            assert_eq!(expected(&text), read, "{text}");
        }
    }
}
