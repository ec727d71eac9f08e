//! The parameters of a `Bearer` challenge (RFC 6750 §3, RFC 9470 §3, RFC 9728 §5.1).

use super::challenge::{legal, value};
use super::{Challenge, ChallengeError};

/// The reason why a token was rejected, as defined by RFC 6750 §3.1 and RFC 9470 §3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BearerError {
    /// The credentials are malformed, or there is more than one set of them; 400.
    InvalidRequest,
    /// The token is expired, revoked, malformed or not for this service; 401.
    InvalidToken,
    /// The scope of the token is too small; 403.
    InsufficientScope,
    /// A more recent or stronger login is required; 401.
    InsufficientUserAuthentication,
}

impl BearerError {
    /// Returns the error code that the challenge carries.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
        }
    }
}

/// Parameters with a defined meaning. Each can be set once.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::Challenge;
/// use definable_errors::error::BearerError;
///
/// let challenge = Challenge::bearer("bank")
///     .with_error(BearerError::InsufficientUserAuthentication)?
///     .with_description("A more recent login is required.")?
///     .with_acr_values("urn:bank:gold")?
///     .with_max_age(Duration::from_secs(60))?;
/// assert_eq!(
///     challenge.to_string(),
///     "Bearer realm=\"bank\", error=\"insufficient_user_authentication\", \
///      error_description=\"A more recent login is required.\", \
///      acr_values=\"urn:bank:gold\", max_age=\"60\""
/// );
/// # Ok::<(), definable_errors::error::ChallengeError>(())
/// ```
impl Challenge {
    /// Creates `Bearer resource_metadata="…"`, which informs the client how to obtain a token (RFC
    /// 9728 §5.1).
    ///
    /// # Errors
    ///
    /// Returns an error if `metadata` is not an `https` URL without a fragment (§1.2).
    pub fn protected_resource(metadata: &str) -> Result<Self, ChallengeError> {
        let is_url = metadata.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
            && metadata.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\#<>".contains(&byte));
        if is_url {
            Ok(Self::of(value(&format!("Bearer resource_metadata=\"{metadata}\""))))
        } else {
            Err(ChallengeError)
        }
    }

    /// Adds the reason why the token was rejected.
    ///
    /// # Errors
    ///
    /// Returns an error if the challenge already has one.
    pub fn with_error(self, error: BearerError) -> Result<Self, ChallengeError> {
        self.with_param("error", error.code())
    }

    /// Adds a description for developers. Characters that are not allowed in it are left out.
    ///
    /// # Errors
    ///
    /// Returns an error if the challenge already has a description.
    pub fn with_description(self, text: &str) -> Result<Self, ChallengeError> {
        self.with_param("error_description", &legal(text))
    }

    /// Adds the scope that this request needs: words separated by one space.
    ///
    /// # Errors
    ///
    /// Returns an error if the challenge already has a scope, or if `scope` is empty, has another
    /// space or a character that is not allowed in a scope (RFC 6750 §3).
    pub fn with_scope(self, scope: &str) -> Result<Self, ChallengeError> {
        self.with_words("scope", scope)
    }

    /// Adds the authentication contexts that are strong enough, best first (RFC 9470 §3).
    ///
    /// # Errors
    ///
    /// Returns an error in the cases of [`with_scope`](Self::with_scope).
    pub fn with_acr_values(self, values: &str) -> Result<Self, ChallengeError> {
        self.with_words("acr_values", values)
    }

    /// Adds the maximum age of the login, in whole seconds (RFC 9470 §3).
    ///
    /// # Errors
    ///
    /// Returns an error if the challenge already has one.
    pub fn with_max_age(self, age: std::time::Duration) -> Result<Self, ChallengeError> {
        self.with_param("max_age", &age.as_secs().to_string())
    }

    fn with_words(self, name: &str, words: &str) -> Result<Self, ChallengeError> {
        if words.split(' ').any(str::is_empty) {
            Err(ChallengeError)
        } else {
            self.with_param(name, words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_with_one_space_between() {
        let is_legal = |scope: &str| Challenge::DEFAULT.with_scope(scope).is_ok();
        assert!(["kb:read", "kb:read kb:write", "!#[]~"].into_iter().all(is_legal));
        assert!(!["", " a", "a ", "a  b", "a\"", "a\\b", "a\tb", "ä"].into_iter().any(is_legal));
        assert!(Challenge::DEFAULT.with_scope("a").unwrap().with_scope("b").is_err());
    }

    #[test]
    fn metadata_is_an_https_url_without_a_fragment() {
        let is_legal = |url: &str| Challenge::protected_resource(url).is_ok();
        assert!(is_legal("https://api.example/.well-known/oauth-protected-resource"));
        assert!(
            !["http://a", "https://", "https://a/#b", "https://a/\"", "a"]
                .into_iter()
                .any(is_legal)
        );
    }
}
