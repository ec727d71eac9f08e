use std::slice;
use std::str::from_utf8;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_html_form::Deserializer as HtmlForm;
use serde_html_form::de::Error;

use super::only_value::OnlyValue;

/// Pairs whose names are all different.
///
/// Values deserialize as with `serde_html_form`. Names deserialize as strings: a type that needs
/// something else has to request it.
#[derive(Debug)]
pub(super) struct Distinct<'p, 'de> {
    text: &'de [u8],
    pairs: &'p [Pair<'de>],
}

/// A name that is not percent-encoded, and the rest of the pair with its `=`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'de> {
    name: &'de str,
    value: &'de [u8],
}

impl<'p, 'de> Distinct<'p, 'de> {
    /// The storage for the pairs: with this few, comparing their names costs less than hashing
    /// them.
    pub(super) const NO_PAIRS: [Pair<'de>; 16] = [Pair { name: "", value: b"=" }; 16];

    /// Returns `None` if a name occurs twice or is encoded, or if there are more pairs than `room`
    /// can hold.
    pub(super) fn of(text: &'de [u8], room: &'p mut [Pair<'de>]) -> Option<Self> {
        let mut count = 0;
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let pair = Pair::of(pair)?;
            let (known, free) = room.split_at_mut(count);
            if known.iter().any(|known| known.name == pair.name) {
                return None;
            }
            *free.first_mut()? = pair;
            count += 1;
        }
        Some(Self { text, pairs: &room[..count] })
    }

    fn html_form(&self) -> HtmlForm<'de> {
        HtmlForm::from_bytes(self.text)
    }
}

impl<'de> Pair<'de> {
    fn of(text: &'de [u8]) -> Option<Self> {
        let end = text.iter().position(|byte| matches!(byte, b'=' | b'%' | b'+'));
        let (name, value) = end.map_or((text, &b"="[..]), |end| text.split_at(end));
        let name = from_utf8(name).ok().filter(|_| value.starts_with(b"="))?;
        Some(Self { name, value })
    }
}

impl<'de> Deserializer<'de> for Distinct<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Entries { rest: self.pairs.iter(), value: None })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.html_form().deserialize_seq(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.html_form().deserialize_unit(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Entries<'p, 'de> {
    rest: slice::Iter<'p, Pair<'de>>,
    value: Option<&'de [u8]>,
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(pair) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(pair.value);
        seed.deserialize(BorrowedStrDeserializer::new(pair.name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let value = self.value.take().expect("types ask for a name before its value");
        HtmlForm::from_bytes(value).deserialize_seq(OnlyValue(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}
