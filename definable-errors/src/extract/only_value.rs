use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

/// Reads the value of the only pair in a list: in a list, `serde_html_form` groups nothing.
pub(super) struct OnlyValue<S>(pub(super) S);

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
