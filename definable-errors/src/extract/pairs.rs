//! Deserialization of forms and queries, as `serde_html_form` does it.

use std::str::from_utf8;
use std::{fmt, slice};

use percent_encoding::percent_decode;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_html_form::Deserializer as HtmlForm;
use serde_html_form::de::Error;

/// Deserializes the pairs. Returns `None` if only a diagnosis can find out what is wrong.
///
/// Values are grouped by their names, in a hash map, before a type sees the first one. Mostly every
/// name occurs once, and then there is nothing to group.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Option<T> {
    at_once(text).or_else(|| serde_html_form::from_bytes(text).ok())
}

fn at_once<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Option<T> {
    let mut pairs = Distinct::NO_PAIRS;
    T::deserialize(Distinct::of(text, &mut pairs)?).ok()
}

/// Pairs whose names are all different.
///
/// Values deserialize as with `serde_html_form`. Names deserialize as strings: a type that needs
/// something else has to request it.
#[derive(Debug)]
struct Distinct<'p, 'de> {
    text: &'de [u8],
    pairs: &'p [Pair<'de>],
}

/// A name that is not percent-encoded, and the rest of the pair with its `=`.
#[derive(Debug, Clone, Copy)]
struct Pair<'de> {
    name: &'de str,
    value: &'de [u8],
}

impl<'p, 'de> Distinct<'p, 'de> {
    /// The storage for the pairs: with this few, comparing their names costs less than hashing
    /// them.
    const NO_PAIRS: [Pair<'de>; 16] = [Pair { name: "", value: b"=" }; 16];

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

/// Reads the value of the only pair in a list: in a list, `serde_html_form` groups nothing.
struct OnlyValue<S>(pub(super) S);

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for OnlyValue<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of one pair")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<S::Value, A::Error> {
        let value = pairs.next_element_seed(Second(self.0))?;
        value.ok_or_else(|| A::Error::custom("there is no pair"))
    }
}

/// The value of a pair.
struct Second<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Second<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, pair: D) -> Result<S::Value, D::Error> {
        pair.deserialize_tuple(2, self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Second<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name and a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<S::Value, A::Error> {
        pair.next_element::<IgnoredAny>()?;
        let value = pair.next_element_seed(self.0)?;
        value.ok_or_else(|| A::Error::custom("there is no value"))
    }
}

/// Whether percent-encoded text decodes to UTF-8. Mostly it is ASCII, which is recognized at once.
pub(super) fn is_utf_8(encoded: &[u8]) -> bool {
    is_plainly_ascii(encoded) || percent_decode(encoded).decode_utf8().is_ok()
}

/// Whether there is no byte above ASCII, and no escape of one.
fn is_plainly_ascii(encoded: &[u8]) -> bool {
    encoded.is_ascii() && !has_high_escape(encoded)
}

/// Looks at every byte without a branch, so that several are looked at at once.
fn has_high_escape(encoded: &[u8]) -> bool {
    let following = encoded.get(1..).unwrap_or_default();
    let is_high = |digit: u8| matches!(digit, b'8' | b'9') | matches!(digit | 0x20, b'a'..=b'f');
    let pairs = encoded.iter().zip(following);
    pairs.fold(false, |found, (&mark, &digit)| found | ((mark == b'%') & is_high(digit)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::num::NonZeroU8;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde::de::IgnoredAny;
    use serde_html_form::de::empty_as_none;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        A,
        B,
        On,
    }

    #[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    struct Around<T>(T);

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only printed")]
    enum Any {
        Number(u8),
        Texts(Vec<String>),
        Text(String),
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only printed")]
    struct Named {
        #[serde(default)]
        a: String,
        b: Option<u8>,
        #[serde(default)]
        c: Vec<Option<i64>>,
        #[serde(default, deserialize_with = "empty_as_none")]
        é: Option<Around<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only printed")]
    struct Strict {
        a: Option<bool>,
        b: Option<f64>,
        c: Option<Vec<Word>>,
        #[serde(rename = "a b")]
        d: Option<char>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only printed")]
    struct Flat {
        a: Option<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, Any>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only printed")]
    struct Borrowed<'t> {
        a: &'t str,
        #[serde(default)]
        b: Option<&'t str>,
    }

    fn is_the_same<'t, T: Deserialize<'t> + Debug>(text: &'t str) {
        let expected = serde_html_form::from_str::<T>(text).ok();
        assert_eq!(format!("{:?}", read::<T>(text.as_bytes())), format!("{expected:?}"), "{text}");
    }

    fn is_always_the_same(text: &str) {
        is_the_same::<Named>(text);
        is_the_same::<Strict>(text);
        is_the_same::<Flat>(text);
        is_the_same::<Borrowed<'_>>(text);
        is_the_same::<Around<Named>>(text);
        is_the_same::<serde_json::Value>(text);
        is_the_same::<()>(text);
        is_the_same::<Vec<(String, Option<u16>)>>(text);
        is_the_same::<Word>(text);
        is_the_same::<IgnoredAny>(text);
        is_the_same::<BTreeMap<String, String>>(text);
        is_the_same::<BTreeMap<&str, &str>>(text);
        is_the_same::<BTreeMap<String, Vec<String>>>(text);
        is_the_same::<BTreeMap<String, Option<Vec<u8>>>>(text);
        is_the_same::<BTreeMap<String, Option<bool>>>(text);
        is_the_same::<BTreeMap<String, Option<NonZeroU8>>>(text);
        is_the_same::<BTreeMap<String, Around<Option<i8>>>>(text);
        is_the_same::<BTreeMap<String, Any>>(text);
        is_the_same::<BTreeMap<String, (u8,)>>(text);
        is_the_same::<BTreeMap<String, i128>>(text);
        is_the_same::<BTreeMap<String, BTreeMap<String, u8>>>(text);
        is_the_same::<BTreeMap<u8, f32>>(text);
        is_the_same::<BTreeMap<bool, Vec<()>>>(text);
        is_the_same::<BTreeMap<Word, Word>>(text);
        is_the_same::<BTreeMap<Option<Around<String>>, char>>(text);
    }

    fn names() -> impl Strategy<Value = &'static str> {
        select(&["a", "b", "c", "é", "%C3%A9", "%61", "a+b", "", "1", "2", "true", "on", "d%"][..])
    }

    fn values() -> impl Strategy<Value = &'static str> {
        let one = ["=a", "=b", "=on", "=1", "=2", "=-1", "=300", "=1.5", "=true", "=false"];
        let other = ["", "=", "==", "=a=b", "=a+b", "=%61", "=%", "=é", "=%C3%A9", "=%FF", "=+"];
        select([&one[..], &other[..]].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn every_text_is_the_same_to_every_type(
            pairs in vec((names(), values(), select(&["&", "&", "&", "&&", ""][..])), 0..6)
        ) {
            let pairs = pairs.iter().flat_map(|(name, value, end)| [*name, *value, *end]);
            is_always_the_same(&pairs.collect::<String>());
        }

        #[test]
        fn so_are_many_pairs(values in vec(values(), 0..40)) {
            let pairs = values.iter().enumerate().map(|(at, value)| format!("{at}{value}"));
            is_always_the_same(&pairs.collect::<Vec<_>>().join("&"));
        }
    }

    #[test]
    fn names_that_stand_once_are_not_grouped() {
        assert!(at_once::<Named>(b"c=1&&a=b+c&b=&other").is_some());
        assert!(at_once::<Around<Flat>>("a=1&é=%C3%A9".as_bytes()).is_some());
        assert!(at_once::<BTreeMap<String, String>>(b"a=1&b=%61&%61=2").is_none());
        assert!(at_once::<BTreeMap<String, Vec<String>>>(b"a=1&b=2&a=1").is_none());
    }

    #[test]
    fn what_decodes_to_other_bytes_is_seen() {
        for good in ["", "a=b", "a=%20%7F", "a=%", "a=%zz", "a=100%", "ü=%C3%BC", "a=%25ff"] {
            assert!(is_utf_8(good.as_bytes()), "{good}");
        }
        for bad in ["a=%ff", "a=%C3", "a=%C3&b=%BC", "%E2%82=1", "a=%c0%80", "a=%ED%A0%80"] {
            assert!(!is_utf_8(bad.as_bytes()), "{bad}");
        }
        assert!(!is_utf_8(b"a=\xff"));
    }
}
