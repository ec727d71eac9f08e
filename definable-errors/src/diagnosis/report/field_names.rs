//! The names of the fields that a type requests, read from its `Deserialize` impl.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Returns the names of the fields of a struct, or `None` if `T` is not a struct or accepts any
/// field.
pub(crate) fn field_names<'de, T: Deserialize<'de>>() -> Option<&'static [&'static str]> {
    T::deserialize(Probe(PhantomData)).err()?.0
}

/// A deserializer that records what is requested, and has no values.
struct Probe<'de>(PhantomData<&'de ()>);

/// The recorded names, as an error, so that the type stops there.
#[derive(Debug)]
struct Answer(Option<&'static [&'static str]>);

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the names of the fields are known")
    }
}

impl std::error::Error for Answer {}

impl de::Error for Answer {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

impl<'de> Deserializer<'de> for Probe<'de> {
    type Error = Answer;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Answer> {
        Err(Answer(None))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer(Some(fields)))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Answer> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[expect(dead_code, reason = "only its names count")]
    struct Fields {
        if_match: String,
        #[serde(alias = "x-trace")]
        trace: Option<u8>,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only its names count")]
    struct Around(Fields);

    #[test]
    fn a_struct_tells_its_names_and_nothing_else_does() {
        for names in [field_names::<Fields>(), field_names::<Around>()] {
            assert_eq!(names.map(|names| names.contains(&"if-match")), Some(true));
            assert_eq!(names.map(|names| names.contains(&"x-trace")), Some(true));
        }
        assert_eq!(field_names::<std::collections::HashMap<String, String>>(), None);
        assert_eq!(field_names::<u8>(), None);
        assert_eq!(field_names::<()>(), None);
    }
}
