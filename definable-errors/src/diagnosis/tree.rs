use std::borrow::Cow;
use std::fmt;

use super::Origin;

/// What a client sent, as it stands there: duplicate keys and the text of numbers are kept.
#[derive(Debug)]
pub(crate) struct Tree<'i> {
    pub(crate) origin: Origin,
    pub(crate) text: &'i [u8],
}

/// The input is no JSON. Says where, and never what stands there.
#[derive(Debug)]
pub(crate) struct Malformed(String);

impl<'i> Tree<'i> {
    /// Reads JSON.
    pub(crate) fn json(bytes: &'i [u8]) -> Result<Self, Malformed> {
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).map_err(|error| {
            Malformed(format!("invalid JSON at line {} column {}", error.line(), error.column()))
        })?;
        Ok(Self { origin: Origin::Body, text: bytes })
    }

    /// Takes names and texts: a form, a query, parameters of a path, header fields.
    pub(crate) fn pairs(
        origin: Origin,
        _pairs: impl IntoIterator<Item = (Cow<'i, str>, Cow<'i, str>)>,
    ) -> Self {
        Self { origin, text: b"null" }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
