//! Representations of a problem, and the choice among the formats.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use serde::Serialize;

use super::json::json;
use super::{Document, MediaType, html, markdown, text, xml};

/// A body, and the headers that describe it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Representation {
    pub(crate) content_type: HeaderValue,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
    /// `Accept` chose it.
    pub(crate) is_negotiated: bool,
    /// Its texts are those of the service, whatever the language of the client.
    pub(crate) is_untranslated: bool,
}

impl Representation {
    /// Creates a body of the given content type.
    ///
    /// # Panics
    ///
    /// Panics if `content_type` is not a legal header value.
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        let (headers, body) = (Vec::new(), body.into());
        Self { content_type, headers, body, is_negotiated: false, is_untranslated: false }
    }

    /// Adds a header that belongs to this body, such as a `Content-Security-Policy`.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Creates a body that `Accept` chose.
    const fn negotiated(content_type: HeaderValue, body: Bytes) -> Self {
        let headers = Vec::new();
        Self { content_type, headers, body, is_negotiated: true, is_untranslated: false }
    }

    /// Marks a body with the texts of the service, in a format that allows no others.
    #[cfg(any(feature = "dev", feature = "oauth"))]
    pub(crate) const fn untranslated(mut self) -> Self {
        self.is_untranslated = true;
        self
    }

    /// Creates the body of a ready-made envelope. One that cannot be serialized is left to the
    /// library.
    pub(super) fn json(body: &impl Serialize) -> Rendering {
        match serde_json::to_vec(body) {
            Ok(bytes) => Rendering::Ready(Self::new("application/json", bytes)),
            Err(_) => Rendering::Standard,
        }
    }
}

/// The answer of a [`Render`](super::Render).
#[non_exhaustive]
pub enum Rendering {
    /// The library writes the body.
    Standard,
    /// The renderer has written this body.
    Ready(Representation),
    /// The body takes some time; the response waits for it.
    Later(Pin<Box<dyn Future<Output = Representation> + Send>>),
}

impl fmt::Debug for Rendering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("Standard"),
            Self::Ready(representation) => f.debug_tuple("Ready").field(representation).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}

const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
);

/// Writes a document in a media type.
pub(crate) fn represent(document: &Document<'_>, media_type: MediaType) -> Representation {
    let body = match media_type {
        MediaType::Json => json(document),
        MediaType::Html => html::write(document).into(),
        MediaType::Text => text::write(document).into(),
        MediaType::Markdown => markdown::write(document).into(),
        MediaType::Xml => xml::write(document).into(),
    };
    let representation = Representation::negotiated(media_type.content_type(), body);
    match media_type {
        MediaType::Html => representation.with_header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        _ => representation,
    }
}
