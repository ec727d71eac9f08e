//! What the renderers and the translator need of a request to write its error.

use http::{HeaderMap, HeaderValue, header};

use crate::render::Captured;
use crate::translate::AcceptLanguage;

/// The data that the renderers and the translator need of a request. Without them there is none,
/// because each byte of it is moved with the response of every request.
#[derive(Clone)]
pub(super) struct Captures(Option<Box<Needed>>);

#[derive(Clone)]
struct Needed {
    /// What each renderer captured.
    renderers: [Option<Captured>; 2],
    /// The fields `Accept-Language`, which are parsed only for an error.
    languages: Vec<HeaderValue>,
}

impl Captures {
    pub(super) const NONE: Self = Self(None);

    /// Keeps what each renderer captured, and these fields `Accept-Language`.
    pub(super) fn new(renderers: [Option<Captured>; 2], languages: Vec<HeaderValue>) -> Self {
        Self(Some(Box::new(Needed { renderers, languages })))
    }

    /// Returns the data that the renderer of this number captured.
    pub(super) fn of(&self, renderer: usize) -> Option<&Captured> {
        self.0.as_ref()?.renderers[renderer].as_ref()
    }

    /// Returns the languages that the client accepts.
    pub(super) fn languages(&self) -> AcceptLanguage {
        let fields = self.0.iter().flat_map(|needed| &needed.languages);
        AcceptLanguage::from_fields(fields.map(HeaderValue::as_bytes))
    }
}

/// Returns as many fields `Accept-Language` as are read.
pub(super) fn languages(headers: &HeaderMap) -> Vec<HeaderValue> {
    let fields = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    fields.take(AcceptLanguage::MAX_RANGES).cloned().collect()
}
