use http::header;
use http::request::Parts;

use super::Bearer;
use super::secret_header::hide;
use crate::error::{ApiError, Challenge};
use crate::problem::{INVALID_AUTHORIZATION, MISSING_CREDENTIALS, Problem, ProblemType};

pub(super) const INVALID: &ProblemType = &INVALID_AUTHORIZATION;
pub(super) const MISSING: &ProblemType = &MISSING_CREDENTIALS;

/// The credentials in the `Authorization` header of a request.
pub(super) enum Credentials {
    /// There are no credentials.
    None,
    /// The credentials have another scheme.
    Other,
    Bearer(Bearer),
}

impl Credentials {
    pub(super) fn read(parts: &mut Parts) -> Result<Self, ApiError> {
        hide(&mut parts.headers, header::AUTHORIZATION);
        let mut fields = parts.headers.get_all(header::AUTHORIZATION).iter();
        let Some(field) = fields.next() else {
            return Ok(Self::None);
        };
        if fields.next().is_some() {
            return Err(Self::invalid("two Authorization fields"));
        }
        match Bearer::read(field) {
            Err(_) => Err(Self::invalid("the Authorization field is malformed")),
            Ok(None) => Ok(Self::Other),
            Ok(Some(_)) if has_query_token(parts) => {
                Err(Self::invalid("a second token in the query"))
            }
            Ok(Some(token)) => Ok(Self::Bearer(token)),
        }
    }

    /// Creates a 401 whose challenge names the required scheme and no error.
    pub(super) fn missing() -> ApiError {
        ApiError::unlocated(Problem::new(MISSING)).with_challenge(Challenge::DEFAULT)
    }

    /// Creates the error for credentials that are malformed, repeated or sent in two ways at once.
    /// The note names it for operators.
    pub(super) fn invalid(note: &'static str) -> ApiError {
        ApiError::unlocated(Problem::new(INVALID)).with_note(note)
    }
}

/// Returns whether a token is also sent in the query (RFC 6750 §2.3). A token in the query alone is
/// ignored (OAuth 2.1).
fn has_query_token(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    query.split('&').any(|pair| pair.starts_with("access_token="))
}
