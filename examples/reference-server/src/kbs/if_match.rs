use serde::Deserialize;

use super::{Kb, KbError};

/// The entity tags of `If-Match` (RFC 9110 §13.1.1); without the header, every state matches.
#[derive(Debug, Deserialize)]
pub(super) struct IfMatch {
    if_match: Option<Vec<String>>,
}

impl IfMatch {
    /// Returns an error if the client has read another state than that of `kb`.
    pub(super) fn check(&self, kb: &Kb) -> Result<(), KbError> {
        let Some(tags) = &self.if_match else {
            return Ok(());
        };
        // A weak tag begins with `W/` and therefore never matches.
        match tags.iter().any(|tag| tag == "*" || kb.etag() == *tag) {
            true => Ok(()),
            false => Err(KbError::Changed),
        }
    }
}
