//! Challenges of `WWW-Authenticate` (RFC 9110 §11.6.1), and the parameters of bearer challenges
//! (RFC 6750 §3).

use std::fmt;

use http::HeaderValue;

/// A challenge: one `WWW-Authenticate` field, which describes how the client can authenticate (RFC
/// 9110 §11.6.1).
///
/// It is legal by construction: a scheme and at least one parameter, with only the characters that
/// a challenge may contain (RFC 6750 §3).
///
/// ```
/// use definable_errors::Challenge;
///
/// let challenge = Challenge::bearer("orders").with_param("scope", "orders:read").unwrap();
/// assert_eq!(challenge.to_string(), r#"Bearer realm="orders", scope="orders:read""#);
/// assert!(Challenge::bearer("orders").with_param("error", "a \"quote\"").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(HeaderValue);

impl Challenge {
    /// `Bearer realm="api"`, for a 401 without a more specific challenge.
    pub const DEFAULT: Self = Self(HeaderValue::from_static("Bearer realm=\"api\""));

    /// `ApiKey realm="api"`, for an API key that is missing or rejected.
    pub const API_KEY: Self = Self(HeaderValue::from_static("ApiKey realm=\"api\""));

    /// Creates a challenge of another scheme. Characters that are not allowed in a realm are left
    /// out.
    ///
    /// # Errors
    ///
    /// Returns an error if `scheme` is not a token (RFC 9110 §11.1).
    pub fn new(scheme: &str, realm: &str) -> Result<Self, ChallengeError> {
        if is_token(scheme) { Ok(Self::with_scheme(scheme, realm)) } else { Err(ChallengeError) }
    }

    /// Creates `Bearer realm="…"`. Characters that are not allowed in a realm are left out.
    pub fn bearer(realm: &str) -> Self {
        Self::with_scheme("Bearer", realm)
    }

    /// Creates `Basic realm="…", charset="UTF-8"` (RFC 7617).
    pub fn basic(realm: &str) -> Self {
        let challenge = Self::with_scheme("Basic", realm);
        challenge.with_param("charset", "UTF-8").expect("the charset is legal")
    }

    /// Creates `ApiKey realm="…"`.
    pub fn api_key(realm: &str) -> Self {
        Self::with_scheme("ApiKey", realm)
    }

    /// Adds a parameter, such as `scope` or `error`.
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is not a token or is already present (RFC 6750 §3), or if `text`
    /// has a character outside of `%x20-21 / %x23-5B / %x5D-7E`.
    pub fn with_param(self, name: &str, text: &str) -> Result<Self, ChallengeError> {
        let written = self.as_str();
        // Names are case-insensitive (RFC 9110 §11.2).
        let is_double =
            written.to_ascii_lowercase().contains(&format!(" {}=\"", name.to_ascii_lowercase()));
        if !is_token(name) || is_double || !text.bytes().all(is_quotable) {
            return Err(ChallengeError);
        }
        Ok(Self(value(&format!("{written}, {name}=\"{text}\""))))
    }

    /// Returns the header value.
    pub const fn value(&self) -> &HeaderValue {
        &self.0
    }

    fn with_scheme(scheme: &str, realm: &str) -> Self {
        Self(value(&format!("{scheme} realm=\"{}\"", legal(realm))))
    }

    pub(super) const fn of(value: HeaderValue) -> Self {
        Self(value)
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().expect("a challenge is visible ASCII")
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error for a scheme or a parameter that is not legal in a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChallengeError;

impl fmt::Display for ChallengeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a challenge parameter is a new token and visible ASCII without quotes or backslashes",
        )
    }
}

impl std::error::Error for ChallengeError {}

/// Whether a quoted parameter may contain the byte (RFC 6750 §3): no quote, no backslash, nothing
/// invisible.
fn is_quotable(byte: u8) -> bool {
    matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

/// Returns the text without the characters that are not allowed in a parameter.
pub(super) fn legal(text: &str) -> String {
    text.chars().filter(|&c| u8::try_from(c).is_ok_and(is_quotable)).collect()
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

pub(super) fn value(challenge: &str) -> HeaderValue {
    HeaderValue::from_str(challenge).expect("checked characters make a header value")
}

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
    fn a_realm_cannot_inject_a_header() {
        let challenge = Challenge::bearer("a\"\r\nSet-Cookie: x\\ü");
        assert_eq!(challenge.to_string(), "Bearer realm=\"aSet-Cookie: x\"");
    }

    #[test]
    fn a_parameter_appears_once() {
        assert!(Challenge::bearer("api").with_param("realm", "b").is_err());
        assert!(Challenge::bearer("api").with_param("Realm", "b").is_err());
    }

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

    #[test]
    fn error_message_defines_a_challenge_parameter() {
        assert_eq!(
            ChallengeError.to_string(),
            "a challenge parameter is a new token and visible ASCII without quotes or backslashes"
        );
    }
}
