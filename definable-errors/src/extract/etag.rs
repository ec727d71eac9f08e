//! Entity tags (RFC 9110 §8.8.3).

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderValue, header};

/// An entity tag, which identifies one state of a resource (RFC 9110 §8.8.3).
///
/// In front of a response it sets the header `ETag`: `(etag, Json(order))`.
///
/// ```
/// use definable_errors::extract::ETag;
///
/// let etag = ETag::strong("7");
/// assert_eq!(etag.to_string(), r#""7""#);
/// assert_eq!(r#"W/"7""#.parse(), Ok(ETag::weak("7")));
/// assert!(etag.weak_eq(&ETag::weak("7")) && !etag.strong_eq(&ETag::weak("7")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ETag(HeaderValue);

impl ETag {
    /// Creates a strong entity tag: equal tags mean equal bytes.
    ///
    /// # Panics
    ///
    /// Panics if `tag` contains a quote, a space or a control character. To parse a tag that may be
    /// malformed, use `FromStr`.
    pub fn strong(tag: impl AsRef<str>) -> Self {
        Self::quoted("", tag.as_ref())
    }

    /// Creates a weak entity tag: equal tags mean states that are equivalent. It never matches in
    /// [`IfMatch`](super::IfMatch).
    ///
    /// # Panics
    ///
    /// Panics if `tag` contains a quote, a space or a control character.
    pub fn weak(tag: impl AsRef<str>) -> Self {
        Self::quoted(WEAK, tag.as_ref())
    }

    fn quoted(weak: &str, tag: &str) -> Self {
        let quoted = format!("{weak}\"{tag}\"").parse();
        quoted
            .unwrap_or_else(|_| panic!("an entity tag has no quotes, spaces or controls: {tag:?}"))
    }

    /// Returns whether the tag is weak.
    pub fn is_weak(&self) -> bool {
        self.0.as_bytes().starts_with(WEAK.as_bytes())
    }

    /// Compares with the strong comparison function (RFC 9110 §8.8.3.2): equal tags of which none
    /// is weak.
    pub fn strong_eq(&self, other: &Self) -> bool {
        !self.is_weak() && self == other
    }

    /// Compares with the weak comparison function (RFC 9110 §8.8.3.2): equal tags, weak or not.
    pub fn weak_eq(&self, other: &Self) -> bool {
        self.opaque_tag() == other.opaque_tag()
    }

    /// Returns the tag in its quotes, without `W/`.
    fn opaque_tag(&self) -> &[u8] {
        let bytes = self.0.as_bytes();
        bytes.strip_prefix(WEAK.as_bytes()).unwrap_or(bytes)
    }

    /// Splits an entity tag off the start of a list. Returns `None` if there is none.
    pub(super) fn split(list: &[u8]) -> Option<(Self, &[u8])> {
        let quoted = list.strip_prefix(WEAK.as_bytes()).unwrap_or(list).strip_prefix(b"\"")?;
        let length = quoted.iter().position(|byte| !is_etagc(*byte))?;
        let rest = quoted[length..].strip_prefix(b"\"")?;
        let tag = &list[..list.len() - rest.len()];
        Some((Self(HeaderValue::from_bytes(tag).ok()?), rest))
    }
}

const WEAK: &str = "W/";

const fn is_etagc(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)
}

impl FromStr for ETag {
    type Err = ETagError;

    fn from_str(text: &str) -> Result<Self, ETagError> {
        match Self::split(text.as_bytes()) {
            Some((tag, [])) => Ok(tag),
            _ => Err(ETagError(())),
        }
    }
}

impl From<ETag> for HeaderValue {
    fn from(tag: ETag) -> Self {
        tag.0
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.0.as_bytes()))
    }
}

impl IntoResponseParts for ETag {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().insert(header::ETAG, self.0);
        Ok(parts)
    }
}

/// The error of a text that is not an entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETagError(());

impl fmt::Display for ETagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an entity tag, `\"tag\"` or `W/\"tag\"`")
    }
}

impl Error for ETagError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparison_functions_agree_with_the_table_of_the_rfc() {
        let rows = [
            (ETag::weak("1"), ETag::weak("1"), false, true),
            (ETag::weak("1"), ETag::weak("2"), false, false),
            (ETag::weak("1"), ETag::strong("1"), false, true),
            (ETag::strong("1"), ETag::strong("1"), true, true),
        ];
        for (one, other, strong, weak) in rows {
            assert_eq!(
                (one.strong_eq(&other), one.weak_eq(&other)),
                (strong, weak),
                "{one} {other}"
            );
            assert_eq!((other.strong_eq(&one), other.weak_eq(&one)), (strong, weak));
        }
    }

    #[test]
    fn text_that_is_no_entity_tag_is_an_error() {
        for text in ["", "7", "\"", "\"7", "7\"", "w/\"7\"", "W/7", "W/ \"7\"", "\"a b\"", "\"7\" "]
        {
            assert_eq!(text.parse::<ETag>(), Err(ETagError(())), "{text}");
        }
        for text in ["\"\"", "\"a\\b\"", "W/\"\"", "\"é\"", "\"W/\""] {
            assert_eq!(text.parse::<ETag>().unwrap().to_string(), text);
        }
    }

    #[test]
    #[should_panic(expected = "an entity tag has no quotes")]
    fn quote_inside_a_tag_panics() {
        let _ = ETag::strong("a\"b");
    }
}
