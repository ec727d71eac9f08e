use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::IF_MATCH;
use http::request::Parts;

use super::{Kb, KbError};

/// The states that the client is ready to change (RFC 9110 §13.1.1); any, when it does not say.
#[derive(Debug)]
pub(super) struct IfMatch(Option<String>);

impl IfMatch {
    /// Fails when the client has read another state than this one.
    pub(super) fn check(&self, kb: &Kb) -> Result<(), KbError> {
        let Some(tags) = &self.0 else {
            return Ok(());
        };
        // Ours have no comma in them, and a weak one is never equal: it begins with `W/`.
        let is_current = |tag: &str| tag == "*" || *tag.as_bytes() == *kb.etag().as_bytes();
        match tags.split(',').map(str::trim).any(is_current) {
            true => Ok(()),
            false => Err(KbError::Changed),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let fields = parts.headers.get_all(IF_MATCH).iter();
        let fields: Vec<_> =
            fields.map(|field| String::from_utf8_lossy(field.as_bytes())).collect();
        Ok(Self(Some(fields.join(",")).filter(|_| !fields.is_empty())))
    }
}
