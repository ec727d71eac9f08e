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
}
