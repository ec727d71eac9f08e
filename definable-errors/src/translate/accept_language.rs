//! The languages that a client accepts.

use crate::problem::LanguageTag;
use crate::support::parse_weight;

/// The languages that a client accepts, from the `Accept-Language` header of its request (RFC 9110
/// §12.5.4).
///
/// At most ten ranges are read. A malformed range, and one with a malformed weight, is skipped.
///
/// ```
/// use definable_errors::problem::LanguageTag;
/// use definable_errors::translate::AcceptLanguage;
///
/// let accepted = AcceptLanguage::parse("fr;q=0.3, de-CH, de;q=0.8, en;q=0");
/// assert_eq!(accepted.ranges().collect::<Vec<_>>(), ["de-CH", "de", "fr"]);
///
/// let languages = ["en", "fr", "de"].map(LanguageTag::from_static);
/// assert_eq!(accepted.best_of(&languages), Some(&languages[2]));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptLanguage {
    /// In the order of their weights.
    ranges: Vec<Range>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    text: String,
    /// The weight in thousandths. A range of weight 0 is not accepted.
    weight: u16,
}

impl AcceptLanguage {
    /// The maximum number of ranges that are read.
    pub const MAX_RANGES: usize = 10;

    /// Parses the value of the header.
    pub fn parse(header: &str) -> Self {
        Self::from_fields([header.as_bytes()])
    }

    /// Parses several fields of the header, which are one list (RFC 9110 §5.3).
    pub(crate) fn from_fields<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let elements = fields.into_iter().flat_map(|field| field.split(|byte| *byte == b','));
        let elements = elements.map(<[u8]>::trim_ascii).filter(|element| !element.is_empty());
        let mut ranges: Vec<_> = elements.take(Self::MAX_RANGES).filter_map(Range::parse).collect();
        // The sort is stable: among equals the client's order decides.
        ranges.sort_by_key(|range| std::cmp::Reverse(range.weight));
        Self { ranges }
    }

    /// Iterates over the ranges that the client accepts, the best first, such as `de-CH` or `*`.
    pub fn ranges(&self) -> impl Iterator<Item = &str> {
        self.accepted().map(|range| &*range.text)
    }

    fn accepted(&self) -> impl Iterator<Item = &Range> {
        self.ranges.iter().filter(|range| range.weight > 0)
    }

    /// Returns the first of `languages` that the best range accepts, else one that the next range
    /// accepts, and so on.
    ///
    /// A range matches the language that is equal, or equal to its beginning: `de-CH` matches `de`
    /// (RFC 4647 §3.4). If there is none, it matches a language that it is the beginning of: `pt`
    /// matches `pt-BR`. The range `*` matches any. A language of weight 0 is never returned.
    pub fn best_of<'l>(&self, languages: &'l [LanguageTag]) -> Option<&'l LanguageTag> {
        let is_refused = |tag: &&LanguageTag| {
            let mut refused = self.ranges.iter().filter(|range| range.weight == 0);
            refused.any(|range| is_beginning(&range.text, tag.as_str()))
        };
        let find = |is_match: &dyn Fn(&str) -> bool| {
            let mut allowed = languages.iter().filter(|tag| !is_refused(tag));
            allowed.find(|tag| is_match(tag.as_str()))
        };
        self.accepted().find_map(|range| {
            if range.text == "*" {
                return find(&|_| true);
            }
            let mut beginnings = beginnings(&range.text);
            beginnings
                .find_map(|beginning| find(&|tag| tag.eq_ignore_ascii_case(beginning)))
                .or_else(|| find(&|tag| is_beginning(&range.text, tag)))
        })
    }
}

impl Range {
    fn parse(element: &[u8]) -> Option<Self> {
        let element = std::str::from_utf8(element).ok()?;
        let (text, weight) = match element.split_once(';') {
            Some((text, parameter)) => (text.trim(), weight(parameter.trim())?),
            None => (element, 1000),
        };
        is_range(text).then(|| Self { text: text.to_owned(), weight })
    }
}

fn weight(parameter: &str) -> Option<u16> {
    parse_weight(parameter.strip_prefix("q=").or(parameter.strip_prefix("Q="))?)
}

/// Whether a text is a basic language range (RFC 4647 §2.1).
fn is_range(text: &str) -> bool {
    let is_subtag = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let starts_with_letters = || {
        let first = text.split('-').next().unwrap_or_default();
        first.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    text == "*"
        || text.len() <= LanguageTag::MAX_BYTES
            && text.split('-').all(is_subtag)
            && starts_with_letters()
}

/// Iterates over a range and its beginnings: `zh-Hant-TW`, `zh-Hant`, `zh`. A beginning does not end
/// with a single letter, which only introduces what follows it.
fn beginnings(range: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(range), |range| {
        let (shorter, _) = range.rsplit_once('-')?;
        match shorter.rsplit_once('-') {
            Some((shortest, single)) if single.len() == 1 => Some(shortest),
            _ => Some(shorter),
        }
    })
}

/// Whether a language is the range, or begins with its subtags.
fn is_beginning(range: &str, tag: &str) -> bool {
    match tag.as_bytes().split_at_checked(range.len()) {
        Some((start, rest)) => {
            start.eq_ignore_ascii_case(range.as_bytes()) && matches!(rest, [] | [b'-', ..])
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'l>(header: &str, languages: &'l [LanguageTag]) -> Option<&'l str> {
        AcceptLanguage::parse(header).best_of(languages).map(LanguageTag::as_str)
    }

    #[test]
    fn best_range_that_matches_chooses_the_language() {
        let languages = ["en", "de", "pt-BR", "zh-Hant"].map(LanguageTag::from_static);
        for (header, expected) in [
            ("de", Some("de")),
            ("DE-ch-1996", Some("de")),
            ("en;q=0.5, de;q=0.6", Some("de")),
            ("de, en", Some("de")),
            ("pt", Some("pt-BR")),
            ("pt-PT", None),
            ("zh-Hant-TW", Some("zh-Hant")),
            ("zh-Hant-x-twain", Some("zh-Hant")),
            ("zh", Some("zh-Hant")),
            ("fr, *;q=0.1", Some("en")),
            ("*, en;q=0", Some("de")),
            ("de;q=0, de-CH", None),
            ("*;q=0, de", Some("de")),
            ("fr", None),
            ("", None),
            ("d", None),
            ("e", None),
        ] {
            assert_eq!(best(header, &languages), expected, "{header}");
        }
    }

    #[test]
    fn malformed_ranges_are_skipped() {
        for header in [
            "de_CH",
            "de;q=2",
            "de;q=",
            "de;x=1",
            "1de",
            "de-",
            "dé",
            "*-CH",
            "abcdefghi",
            ";",
            "=;=",
        ] {
            assert_eq!(AcceptLanguage::parse(header).ranges().count(), 0, "{header}");
        }
        let accepted = AcceptLanguage::parse("de_CH, , fr ; q=0.5,en");
        assert_eq!(accepted.ranges().collect::<Vec<_>>(), ["en", "fr"]);
    }

    #[test]
    fn ten_ranges_are_read_in_all_fields_together() {
        let fields = vec!["a;q=0.1,,b".as_bytes(); 100_000];
        assert_eq!(AcceptLanguage::from_fields(fields).ranges.len(), 10);
        let long = format!("{}, de", ["xx"; 10].join(", "));
        assert_eq!(best(&long, &[LanguageTag::from_static("de")]), None);
    }
}
