//! The media types of error bodies, and the choice among them by `Accept` (RFC 9110 §12.5.1).

use http::HeaderValue;

use crate::support::parse_weight;

/// A representation of a problem; the variants are in the order of preference among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaType {
    /// `application/problem+json`, also for `application/json`.
    Json,
    /// `text/html`: a small page.
    Html,
    /// `text/plain`.
    Text,
    /// `text/markdown`.
    Markdown,
    /// `application/problem+xml`, also for `application/xml` and `text/xml`.
    Xml,
}

impl MediaType {
    /// All representations, the default first.
    pub const ALL: &'static [Self] =
        &[Self::Json, Self::Html, Self::Text, Self::Markdown, Self::Xml];

    /// Returns the `Content-Type` of a body in this representation.
    pub const fn content_type(self) -> HeaderValue {
        // Each is a constant, so that its characters are not checked per request.
        match self {
            Self::Json => const { HeaderValue::from_static("application/problem+json") },
            Self::Html => const { HeaderValue::from_static("text/html; charset=utf-8") },
            Self::Text => const { HeaderValue::from_static("text/plain; charset=utf-8") },
            Self::Markdown => const { HeaderValue::from_static("text/markdown; charset=utf-8") },
            Self::Xml => const { HeaderValue::from_static("application/problem+xml") },
        }
    }

    /// Returns the names under which a client can request it.
    pub(super) const fn names(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Json => &[("application", "problem+json"), ("application", "json")],
            Self::Html => &[("text", "html")],
            Self::Text => &[("text", "plain")],
            Self::Markdown => &[("text", "markdown")],
            Self::Xml => &[("application", "problem+xml"), ("application", "xml"), ("text", "xml")],
        }
    }
}

/// Chooses the representation that an `Accept` header prefers (RFC 9110 §12.5.1).
///
/// The most specific range that matches decides the weight of a representation; among equals the
/// order of [`MediaType::ALL`] decides. A malformed range is skipped, and a header that matches
/// nothing gets JSON: an error never becomes a 406.
///
/// ```
/// use definable_errors::render::{MediaType, negotiate};
///
/// let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// assert_eq!(negotiate(browser), MediaType::Html);
/// assert_eq!(negotiate("*/*"), MediaType::Json);
/// assert_eq!(negotiate("image/png"), MediaType::Json);
/// ```
pub fn negotiate(accept: &str) -> MediaType {
    let ranges: Vec<_> = accept.split(',').take(MAX_RANGES).filter_map(Range::parse).collect();
    let mut best = (MediaType::Json, 0);
    for &media in MediaType::ALL {
        let weight = weight(media, &ranges);
        if weight > best.1 {
            best = (media, weight);
        }
    }
    best.0
}

/// More ranges than any client sends; the rest of an absurd header is not read.
const MAX_RANGES: usize = 32;

struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// The weight, from 0 to 1000.
    weight: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1000), parse_weight)?;
        Some(Self { kind, subtype, weight })
    }

    /// Returns how closely the range matches the name, or `None` if it does not.
    fn fit(&self, (kind, subtype): (&str, &str)) -> Option<u8> {
        let same_kind = self.kind.eq_ignore_ascii_case(kind);
        match (self.kind, self.subtype) {
            ("*", "*") => Some(1),
            (_, "*") if same_kind => Some(2),
            (_, own) if same_kind && own.eq_ignore_ascii_case(subtype) => Some(3),
            _ => None,
        }
    }
}

fn weight(media: MediaType, ranges: &[Range<'_>]) -> u16 {
    let of_name = |name| {
        let fits = ranges.iter().filter_map(|range| Some((range.fit(name)?, range.weight)));
        fits.max_by_key(|(fit, _)| *fit).map_or(0, |(_, weight)| weight)
    };
    media.names().iter().map(|name| of_name(*name)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_chooses_the_representation() {
        use MediaType::{Html, Json, Markdown, Text, Xml};
        for (accept, expected) in [
            ("", Json),
            ("*/*", Json),
            ("application/problem+json", Json),
            ("application/json", Json),
            ("APPLICATION/JSON", Json),
            ("application/*", Json),
            ("text/html", Html),
            ("text/*", Html),
            ("text/plain", Text),
            ("text/markdown;q=0.5", Markdown),
            ("application/problem+xml", Xml),
            ("text/xml", Xml),
            ("application/xml, */*;q=0.1", Xml),
            ("text/html;q=0.4, text/plain;q=0.5", Text),
            ("text/plain, text/html", Html),
            ("text/html;q=0, */*", Json),
            ("application/json;q=0, application/problem+json;q=0, */*;q=0.5", Html),
            ("text/html;level=1;q=0.3, text/markdown;q=0.4", Markdown),
        ] {
            assert_eq!(negotiate(accept), expected, "{accept}");
        }
    }

    #[test]
    fn a_bad_accept_never_hurts() {
        let long = "text/html,".repeat(10_000);
        for accept in
            ["/", "text", ";;;", "text/html;q=2", "text/html;q=x", "*/*;q=0", "image/*", "a/b;q="]
        {
            assert_eq!(negotiate(accept), MediaType::Json, "{accept}");
        }
        assert_eq!(negotiate(&long), MediaType::Html);
    }
}
