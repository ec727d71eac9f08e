//! Values that are kept as text.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess};

use crate::diagnosis::serde_error::{RAW_VALUE, ReplayError};

/// The text of a value, as `serde_json` gives it to its `RawValue`.
pub(super) struct RawValue(Option<String>);

impl RawValue {
    pub(super) fn new(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl<'de> MapAccess<'de> for RawValue {
    type Error = ReplayError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReplayError> {
        if self.0.is_none() {
            return Ok(None);
        }
        let name: StrDeserializer<'_, ReplayError> = RAW_VALUE.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ReplayError> {
        seed.deserialize(self.0.take().unwrap_or_default().into_deserializer())
    }
}
