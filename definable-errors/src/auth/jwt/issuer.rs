//! An issuer of access tokens: it adds the registered claims and signs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::claims::seconds;
use super::{SigningKey, base64url};
use crate::auth::random_bytes;
use crate::context::{Clock, DefaultClock};
use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, Problem};

/// An issuer of access tokens: it signs claims, and adds `iat`, `exp` and `jti`.
///
/// The claims are any type that serializes to a JSON object. Every [`Profile`](super::Profile) accepts
/// the type that it writes, `at+jwt`.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::auth::jwt::{Algorithm, Issuer, SigningKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let secret = b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";
/// let issuer = Issuer::new(SigningKey::from_secret(Algorithm::Hs256, secret)?)
///     .lifetime(Duration::from_secs(900));
/// let token = issuer.issue(serde_json::json!({ "id": "7" }))?;
/// assert_eq!((token.as_str().split('.').count(), token.expires_in()), (3, 900));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Issuer {
    key: SigningKey,
    typ: String,
    lifetime: Duration,
    issuer: Option<String>,
    audience: Option<String>,
    clock: Arc<dyn Clock>,
}

impl Issuer {
    /// Issues tokens of the type `at+jwt` with a lifetime of 15 minutes.
    pub fn new(key: SigningKey) -> Self {
        Self {
            key,
            typ: "at+jwt".into(),
            lifetime: Duration::from_secs(900),
            issuer: None,
            audience: None,
            clock: Arc::new(DefaultClock),
        }
    }

    /// Sets the lifetime of tokens, in whole seconds.
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets the type of tokens (`typ`); default `at+jwt`. Give tokens of another purpose another
    /// type (RFC 8725 §3.11).
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = typ.into();
        self
    }

    /// Sets the issuer: `iss`.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the audience: `aud`.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Issues a token with these claims.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the claims are not an object, contain a claim that the issuer sets, or
    /// cannot be signed.
    pub fn issue(&self, claims: impl Serialize) -> Result<IssuedToken, ApiError> {
        let claims = match serde_json::to_value(claims) {
            Ok(Value::Object(claims)) => self.completed(claims)?,
            Ok(_) => return Err(failed("the claims are no object")),
            Err(error) => return Err(failed("the claims cannot be written").with_source(error)),
        };
        let mut header = Map::from_iter([
            ("typ".to_owned(), self.typ.clone().into()),
            ("alg".to_owned(), self.key.algorithm().name().into()),
        ]);
        if let Some(id) = self.key.id() {
            header.insert("kid".into(), id.into());
        }
        let [header, claims] = [header, claims].map(|part| encoded(&part));
        let mut token = format!("{header}.{claims}");
        let signature =
            self.key.sign(token.as_bytes()).ok_or_else(|| failed("the token cannot be signed"))?;
        token.push('.');
        token.push_str(&base64url::encode(&signature));
        Ok(IssuedToken { token, expires_in: self.lifetime.as_secs() })
    }

    fn completed(&self, mut claims: Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
        let now = seconds(self.clock.now());
        let own = [
            ("iat", Some(now.into())),
            ("exp", Some(now.saturating_add(self.lifetime.as_secs()).into())),
            ("jti", Some(base64url::encode(&random_bytes::<16>()?).into())),
            ("iss", self.issuer.clone().map(Value::from)),
            ("aud", self.audience.clone().map(Value::from)),
        ];
        for (name, value) in own {
            let Some(value) = value else { continue };
            if claims.insert(name.to_owned(), value).is_some() {
                return Err(failed("the claims say what the issuer says"));
            }
        }
        Ok(claims)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("key", &self.key)
            .field("typ", &self.typ)
            .field("lifetime", &self.lifetime)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// A signed token. Its `Debug` output does not contain the token.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct IssuedToken {
    token: String,
    expires_in: u64,
}

impl IssuedToken {
    /// Returns the token, for the one response that contains it.
    pub fn as_str(&self) -> &str {
        &self.token
    }

    /// Returns the lifetime in seconds: `expires_in` (RFC 6749 §5.1).
    pub const fn expires_in(&self) -> u64 {
        self.expires_in
    }
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

fn encoded(part: &Map<String, Value>) -> String {
    base64url::encode(serde_json::to_string(part).unwrap_or_default().as_bytes())
}

fn failed(note: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(&INTERNAL_ERROR)).with_note(note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::jwt::Algorithm;

    fn issuer() -> Issuer {
        let key = SigningKey::from_secret(Algorithm::Hs256, b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO");
        Issuer::new(key.unwrap())
    }

    #[test]
    fn claims_of_the_issuer_are_the_issuers() {
        let issue = |claims: Value| issuer().issuer("a").issue(claims);
        assert!(issue(serde_json::json!({ "id": "7" })).is_ok());
        for claims in [serde_json::json!({ "exp": 1 }), serde_json::json!({ "iss": "b" }), 7.into()]
        {
            assert_eq!(issue(claims).unwrap_err().problem().code(), "internal_error");
        }
    }

    #[test]
    fn a_token_shows_nothing_of_itself() {
        let token = issuer().issue(serde_json::json!({ "id": "7" })).unwrap();
        assert_eq!(format!("{token:?}"), "IssuedToken { expires_in: 900, .. }");
        assert_eq!(token.expires_in(), 900);
    }
}
