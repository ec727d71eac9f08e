use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess};

use super::cursor::{At, Cursor};
use super::refusal::Refusal;

/// A value's text, the way `serde_json` hands it to its `RawValue`.
pub(super) struct RawValue(Option<String>);

impl RawValue {
    pub(super) fn new(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl<'de> MapAccess<'de> for RawValue {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        if self.0.is_none() {
            return Ok(None);
        }
        let name: StrDeserializer<'_, Refusal> =
            "$serde_json::private::RawValue".into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        seed.deserialize(self.0.take().unwrap_or_default().into_deserializer())
    }
}

impl Cursor<'_> {
    /// What `serde_json::value::RawValue` asks for, by a name of its own.
    pub(super) fn raw_value(&self, name: &str) -> Option<RawValue> {
        let is_asked = name == "$serde_json::private::RawValue";
        let text = match self.at {
            At::Node(id) if is_asked => self.session.tree.raw(id),
            _ if is_asked => "null",
            _ => return None,
        };
        Some(RawValue::new(text))
    }
}
