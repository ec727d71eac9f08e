use serde::Deserialize;

use super::{Kb, KbError};

/// The states that the client is ready to change (RFC 9110 §13.1.1); any, when it does not say.
#[derive(Debug, Deserialize)]
pub(super) struct IfMatch {
    if_match: Option<Vec<String>>,
}

impl IfMatch {
    /// Fails when the client has read another state than this one.
    pub(super) fn check(&self, kb: &Kb) -> Result<(), KbError> {
        let Some(tags) = &self.if_match else {
            return Ok(());
        };
        // A weak one is never equal: it begins with `W/`.
        match tags.iter().any(|tag| tag == "*" || kb.etag() == *tag) {
            true => Ok(()),
            false => Err(KbError::Changed),
        }
    }
}
