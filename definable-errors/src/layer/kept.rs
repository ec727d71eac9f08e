//! What is kept of some requests until there is a response.

use http::{HeaderMap, HeaderValue, header};

use super::span::Span;
use crate::render::Captured;
use crate::translate::AcceptLanguage;

/// What only some requests need: the data for the renderers and the translator, and the span. Most
/// requests have none of it, and each byte is moved with the response of every request.
#[derive(Clone)]
pub(super) struct Kept(Option<Box<Extras>>);

#[derive(Clone, Default)]
struct Extras {
    /// What each renderer captured.
    captured: [Option<Captured>; 2],
    /// The fields `Accept-Language`, which are parsed only for an error.
    languages: Vec<HeaderValue>,
    span: Option<Span>,
}

impl Kept {
    pub(super) const NOTHING: Self = Self(None);

    /// Keeps what each renderer captured, and these fields `Accept-Language`.
    pub(super) fn keep(&mut self, captured: [Option<Captured>; 2], languages: Vec<HeaderValue>) {
        let extras = self.0.get_or_insert_default();
        (extras.captured, extras.languages) = (captured, languages);
    }

    /// Keeps the span in which the request is handled.
    pub(super) fn keep_span(&mut self, span: Span) {
        self.0.get_or_insert_default().span = Some(span);
    }

    /// Returns the data that the renderer of this number captured.
    pub(super) fn captured(&self, renderer: usize) -> Option<&Captured> {
        self.0.as_ref()?.captured[renderer].as_ref()
    }

    /// Returns the languages that the client accepts.
    pub(super) fn languages(&self) -> AcceptLanguage {
        let fields = self.0.iter().flat_map(|extras| &extras.languages);
        AcceptLanguage::from_fields(fields.map(HeaderValue::as_bytes))
    }

    /// Returns the span in which the request is handled.
    #[inline]
    pub(super) fn span(&self) -> Option<&Span> {
        self.0.as_ref()?.span.as_ref()
    }
}

/// Returns as many fields `Accept-Language` as are read.
pub(super) fn languages(headers: &HeaderMap) -> Vec<HeaderValue> {
    let fields = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    fields.take(AcceptLanguage::MAX_RANGES).cloned().collect()
}
