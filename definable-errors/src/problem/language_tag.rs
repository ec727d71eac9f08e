//! Language tags (BCP 47).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A well-formed language tag, such as `de`, `pt-BR` or `zh-Hant-TW` (BCP 47, RFC 5646 §2.1).
///
/// Only the syntax is checked, not whether the subtags are registered. Tags are compared without
/// regard to case. A tag has at most 64 bytes; the deprecated irregular tags, such as `i-klingon`
/// (RFC 5646 §2.2.8), are refused.
///
/// ```
/// use definable_errors::problem::LanguageTag;
///
/// const GERMAN: LanguageTag = LanguageTag::from_static("de-CH");
/// assert_eq!(GERMAN.as_str(), "de-CH");
/// assert_eq!("DE-ch".parse(), Ok(GERMAN));
/// assert!("de_CH".parse::<LanguageTag>().is_err());
/// ```
#[derive(Clone)]
pub struct LanguageTag(Cow<'static, str>);

impl LanguageTag {
    /// The maximum length of a tag in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Creates the tag, checked at compile time in a constant.
    ///
    /// # Panics
    ///
    /// Panics if `tag` is not well-formed.
    pub const fn from_static(tag: &'static str) -> Self {
        assert!(is_well_formed(tag.as_bytes()), "a language tag is like `de` or `pt-BR` (BCP 47)");
        Self(Cow::Borrowed(tag))
    }

    /// Returns the tag as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LanguageTag {
    type Err = LanguageTagError;

    fn from_str(tag: &str) -> Result<Self, LanguageTagError> {
        if is_well_formed(tag.as_bytes()) {
            Ok(Self(Cow::Owned(tag.to_owned())))
        } else {
            Err(LanguageTagError(()))
        }
    }
}

impl PartialEq for LanguageTag {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for LanguageTag {}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// The error for a text that is not a well-formed language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageTagError(());

impl fmt::Display for LanguageTagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a language tag consists of subtags with hyphens, such as `de` or `pt-BR`")
    }
}

impl std::error::Error for LanguageTagError {}

/// What the last subtag was. The order is that of the syntax.
#[derive(Clone, Copy)]
enum Stage {
    Start,
    /// The language, and how many extended languages may still follow.
    Language(u8),
    Script,
    /// A region or a variant, by which no region may follow.
    Region,
    /// The letter or digit that begins an extension.
    Singleton,
    Extension,
    /// The `x` that begins private subtags.
    PrivateStart,
    Private,
}

const fn is_well_formed(tag: &[u8]) -> bool {
    if tag.len() > LanguageTag::MAX_BYTES {
        return false;
    }
    let (mut stage, mut rest) = (Stage::Start, tag);
    loop {
        let (subtag, after) = rest.split_at(subtag_length(rest));
        stage = match next(stage, subtag) {
            Some(stage) => stage,
            None => return false,
        };
        rest = match after {
            [] => break,
            [_, rest @ ..] => rest,
        };
    }
    !matches!(stage, Stage::Start | Stage::Singleton | Stage::PrivateStart)
}

const fn subtag_length(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != b'-' {
        at += 1;
    }
    at
}

/// Returns the stage after a subtag, or `None` if it cannot stand there.
const fn next(stage: Stage, subtag: &[u8]) -> Option<Stage> {
    let (letters, digits) = (letters(subtag), digits(subtag));
    let length = subtag.len();
    if length == 0 || length > 8 || !is_alphanumeric(subtag) {
        return None;
    }
    match (stage, length) {
        (Stage::PrivateStart | Stage::Private, _) => Some(Stage::Private),
        (Stage::Singleton | Stage::Extension, 2..) => Some(Stage::Extension),
        (Stage::Singleton, _) => None,
        (_, 1) => match (stage, subtag[0]) {
            (_, b'x' | b'X') => Some(Stage::PrivateStart),
            (Stage::Start, _) => None,
            _ => Some(Stage::Singleton),
        },
        (Stage::Start, 2 | 3) if letters => Some(Stage::Language(3)),
        (Stage::Start, 4..) if letters => Some(Stage::Language(0)),
        (Stage::Start | Stage::Extension, _) => None,
        (Stage::Language(more), 3) if letters && more > 0 => Some(Stage::Language(more - 1)),
        (Stage::Language(_), 4) if letters => Some(Stage::Script),
        (Stage::Language(_) | Stage::Script, 2) if letters => Some(Stage::Region),
        (Stage::Language(_) | Stage::Script, 3) if digits => Some(Stage::Region),
        (_, 5..) => Some(Stage::Region),
        (_, 4) if subtag[0].is_ascii_digit() => Some(Stage::Region),
        _ => None,
    }
}

const fn letters(subtag: &[u8]) -> bool {
    let mut at = 0;
    while at < subtag.len() && subtag[at].is_ascii_alphabetic() {
        at += 1;
    }
    at == subtag.len()
}

const fn digits(subtag: &[u8]) -> bool {
    let mut at = 0;
    while at < subtag.len() && subtag[at].is_ascii_digit() {
        at += 1;
    }
    at == subtag.len()
}

const fn is_alphanumeric(subtag: &[u8]) -> bool {
    let mut at = 0;
    while at < subtag.len() && subtag[at].is_ascii_alphanumeric() {
        at += 1;
    }
    at == subtag.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_the_rfc_are_well_formed() {
        for tag in [
            "de",
            "zh-Hant",
            "zh-cmn-Hans-CN",
            "sr-Latn-RS",
            "sl-rozaj-biske",
            "de-CH-1901",
            "sl-IT-nedis",
            "hy-Latn-IT-arevela",
            "es-419",
            "de-CH-x-phonebk",
            "az-Arab-x-AZE-derbend",
            "x-whatever",
            "qaa-Qaaa-QM-x-southern",
            "en-US-u-islamcal",
            "zh-CN-a-myext-x-private",
            "en-a-myext-b-another",
            "abcd",
            "abcdefgh",
            // A tag of the maximum length.
            "de-x-23456789-23456789-23456789-23456789-23456789-23456789-23456",
            "zh-yue-HK",
            "en-aaa-bbb-ccc",
            "de-1901",
            "de-Latn-1901",
            "de-419-1901",
            "de-DE-12345",
            "de-a-12-x-1",
            "x-1",
        ] {
            assert!(tag.parse::<LanguageTag>().is_ok(), "{tag}");
        }
    }

    #[test]
    fn other_texts_are_no_tags() {
        for tag in [
            "",
            "-",
            "d",
            "*",
            "de-",
            "-de",
            "de--CH",
            "de_CH",
            "de CH",
            "dé",
            "419",
            "12",
            "a1",
            "1234",
            "de-419-DE",
            "abcd-efg",
            "de-Latn-Latn",
            "de-aaa-1a",
            "de-1a",
            "de-1a2",
            "de-a234",
            "de-Latn-D1",
            "de-Latn-41a",
            "de-DE-41a",
            "de-$234",
            "x-$",
            "de-x-23456789-23456789-23456789-23456789-23456789-23456789-234567",
            "a-DE",
            "de-a",
            "de-x",
            "x",
            "i-klingon",
            "de-abcdefghi",
            "de-a-x-y-",
            "de-a-x-y",
            "en-aaa-bbb-ccc-ddd",
            "de\r\nx: y",
            "de\"><script>",
        ] {
            assert!(tag.parse::<LanguageTag>().is_err(), "{tag:?}");
        }
        assert!(format!("de-x{}", "-abcdefgh".repeat(7)).parse::<LanguageTag>().is_err());
    }

    #[test]
    fn tags_are_equal_in_any_case() {
        let tag = |text: &str| text.parse::<LanguageTag>().unwrap();
        assert_eq!(tag("pt-BR"), tag("PT-br"));
        assert_ne!(tag("pt-BR"), tag("pt"));
    }

    #[test]
    fn error_message_defines_a_language_tag() {
        assert_eq!(
            "de_DE".parse::<LanguageTag>().unwrap_err().to_string(),
            "a language tag consists of subtags with hyphens, such as `de` or `pt-BR`"
        );
    }
}
