use http::HeaderValue;

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
