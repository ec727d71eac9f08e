//! The credentials that a verifier reads: where they are, and how their rejections are challenged.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderName, header};

use super::source::{INVALID, Kind, MISSING, Sent, Source, bearer, first, hide, invalid_bearer};
use super::{Bearer, cookie};
use crate::error::{ApiError, Challenge};
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{ErrorStatus, Problem, ProblemTypes, Types};

/// The credentials of a verifier that names no others.
pub(super) static BEARER: Credentials = Credentials::bearer();

/// The credentials of the placeholder for the verifier of a layer.
pub(super) static FROM_LAYER: Credentials = Credentials(Repr::FromLayer);

/// The part of a request that contains the token: a scheme of `Authorization`, another header, a
/// cookie, or several of these.
///
/// The default is `Authorization: Bearer`. Other credentials belong to a verifier:
///
/// ```
/// use std::sync::Arc;
///
/// use definable_errors::ApiError;
/// use definable_errors::auth::{Authenticator, Bearer, Credentials, Verify};
///
/// let sessions = |token: Bearer| async move {
///     match token.as_str() {
///         "mF_9.B5f-4.1JqM" => Ok("ada".to_owned()),
///         _ => Err(ApiError::invalid_token()),
///     }
/// };
/// let credentials = Credentials::first_of([
///     Credentials::scheme("Token"),
///     Credentials::cookie("__Host-session"),
/// ]);
/// let verifier: Arc<dyn Verify<String>> =
///     Arc::new(Authenticator::new(sessions).credentials(credentials));
/// # let _ = verifier;
/// ```
///
/// # Rejections
///
/// Credentials are *missing* if no source has any: 401 `missing_credentials`. They are *malformed*
/// if a source has a value that cannot be a token, or has two: 400 `invalid_authorization`, or 401
/// by [`malformed_status`](Self::malformed_status). Every rejection has a challenge of the scheme
/// that the client should use, and each source has its own if credentials are missing (RFC 9110
/// §11.6.1):
///
/// | source | challenge |
/// |---|---|
/// | `bearer()` | `Bearer realm="api"`, with the `error` of RFC 6750 §3.1 |
/// | `scheme("Token")` | `Token realm="api"` |
/// | `header("x-api-key")` | `ApiKey realm="api", in="header", name="x-api-key"` |
/// | `cookie("session")` | `Cookie realm="api", cookie-name="session"` |
///
/// A 401 must have a challenge (RFC 9110 §15.5.2), but no scheme is registered for headers and
/// cookies. `ApiKey` has the terms of OpenAPI, `Cookie` those of the Internet-Draft
/// `draft-broyer-http-cookie-auth`. Browsers ignore schemes that they do not know; a challenge for
/// `Basic` would open a password dialog. The realm is that of the service if
/// [`ApiErrorLayer::challenge`](crate::ApiErrorLayer::challenge) sets one.
///
/// # Cookies
///
/// A browser sends cookies also with requests that another site causes. Set the cookie with
/// `SameSite=Lax` or `Strict`, `HttpOnly` and `Secure`, and let no `GET` change anything.
#[derive(Debug, Clone)]
#[must_use]
pub struct Credentials(Repr);

#[derive(Debug, Clone)]
enum Repr {
    /// `Authorization: Bearer`, without an allocation.
    Bearer,
    /// Another verifier decides; see [`verifier_from_layer`](super::verifier_from_layer).
    FromLayer,
    Sources(Arc<[Source]>),
}

impl Credentials {
    /// Reads the token of `Authorization: Bearer …` (RFC 6750 §2.1).
    ///
    /// A second token in the query, as `access_token`, is malformed (§2.3); a token in the query
    /// alone is ignored.
    pub const fn bearer() -> Self {
        Self(Repr::Bearer)
    }

    /// Reads the token of another scheme, such as `Authorization: Token …`. The case of the scheme
    /// does not matter (RFC 9110 §11.1); the token is a `token68` (§11.2).
    ///
    /// # Panics
    ///
    /// Panics if `scheme` is not one word of letters, digits, `-`, `_` and `.`.
    pub fn scheme(scheme: &str) -> Self {
        if scheme.eq_ignore_ascii_case("bearer") {
            return Self::bearer();
        }
        let challenge = Challenge::new(scheme, "api");
        let challenge = challenge.unwrap_or_else(|_| {
            panic!("an authentication scheme is one word, such as Token, not {scheme:?}")
        });
        Self::of(Kind::Scheme(scheme.into()), challenge)
    }

    /// Reads a header that contains the token and nothing else, such as `x-api-key`, or a bare
    /// `authorization`. The token is visible ASCII without spaces. An empty header counts as none.
    ///
    /// # Panics
    ///
    /// Panics if `name` is not the name of a header, or is `cookie`.
    pub fn header(name: impl TryInto<HeaderName>) -> Self {
        let Ok(name) = name.try_into() else {
            panic!("the name of a header is one word, such as x-api-key");
        };
        assert!(name != header::COOKIE, "cookies are read by Credentials::cookie");
        let challenge = Challenge::API_KEY
            .with_param("in", "header")
            .and_then(|challenge| challenge.with_param("name", name.as_str()));
        Self::of(Kind::Header(name), challenge.expect("the name of a header is visible ASCII"))
    }

    /// Reads the cookie with this name, which is compared exactly, also with the prefix `__Host-`
    /// or `__Secure-`.
    ///
    /// A value in quotes is read without them (RFC 6265 §4.1.1), and an empty value counts as none.
    /// Two cookies of the name with different values are malformed: another subdomain may have set
    /// one of them. Several `Cookie` headers are read as one, since HTTP/2 splits them (RFC 9113
    /// §8.2.3).
    ///
    /// # Panics
    ///
    /// Panics if `name` is not the name of a cookie: one word (RFC 6265 §4.1.1).
    pub fn cookie(name: &str) -> Self {
        assert!(cookie::is_name(name), "the name of a cookie is one word, not {name:?}");
        let challenge = Challenge::new("Cookie", "api")
            .and_then(|challenge| challenge.with_param("cookie-name", name));
        Self::of(Kind::Cookie(name.into()), challenge.expect("the name of a cookie is a token"))
    }

    /// Reads the first of these that the request has, in this order; the others are ignored then.
    ///
    /// # Panics
    ///
    /// Panics if `all` is empty.
    pub fn first_of(all: impl IntoIterator<Item = Self>) -> Self {
        let sources: Arc<[_]> = all.into_iter().flat_map(Self::into_sources).collect();
        assert!(!sources.is_empty(), "first_of needs at least one source of credentials");
        Self(Repr::Sources(sources))
    }

    /// Sets the status of malformed credentials, 400 or 401; the default is 400.
    ///
    /// With 401, the challenge of a bearer token has the error `invalid_token`, as RFC 6750 §3.1
    /// requires, in place of `invalid_request`.
    ///
    /// # Panics
    ///
    /// Panics if `status` is another status.
    pub fn malformed_status(self, status: u16) -> Self {
        assert!(matches!(status, 400 | 401), "the status of malformed credentials is 400 or 401");
        let status = ErrorStatus::from_static(status);
        let sources = self.into_sources().into_iter();
        Self(Repr::Sources(sources.map(|source| source.with_malformed_status(status)).collect()))
    }

    fn of(kind: Kind, challenge: Challenge) -> Self {
        Self(Repr::Sources(Arc::new([Source::new(kind, challenge)])))
    }

    fn into_sources(self) -> Vec<Source> {
        match self.0 {
            Repr::Bearer | Repr::FromLayer => {
                vec![Source::new(Kind::Bearer, Challenge::DEFAULT)]
            }
            Repr::Sources(sources) => sources.to_vec(),
        }
    }

    pub(super) const fn is_from_layer(&self) -> bool {
        matches!(self.0, Repr::FromLayer)
    }

    /// Reads what was sent, and marks the headers of all sources as sensitive.
    #[inline]
    pub(super) fn read(&self, parts: &mut Parts) -> Result<Sent, ApiError> {
        let Repr::Sources(sources) = &self.0 else {
            hide(&mut parts.headers, header::AUTHORIZATION);
            return bearer(parts);
        };
        for source in &**sources {
            hide(&mut parts.headers, source.header());
        }
        first(sources, parts)
    }

    /// Creates a 401 with the challenges of all sources, which name no error.
    pub(super) fn missing(&self) -> ApiError {
        let error = ApiError::unlocated(Problem::new(MISSING));
        let Repr::Sources(sources) = &self.0 else {
            return error.with_challenge(Challenge::DEFAULT);
        };
        sources.iter().fold(error, |error, source| match error.challenges() {
            known if known.contains(source.challenge()) => error,
            _ => error.with_challenge(source.challenge().clone()),
        })
    }

    /// Creates the error for credentials that are malformed, repeated or sent in two ways at once.
    /// The note names it for operators.
    pub(super) fn invalid(&self, note: &'static str) -> ApiError {
        match &self.0 {
            Repr::Sources(sources) => sources[0].invalid(note),
            Repr::Bearer | Repr::FromLayer => invalid_bearer(note),
        }
    }
}

/// The default is [`bearer`](Self::bearer).
impl Default for Credentials {
    fn default() -> Self {
        Self::bearer()
    }
}

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match BEARER.read(parts)? {
            Sent::Token(token, _) => Ok(token),
            Sent::Nothing | Sent::Other => Err(BEARER.missing()),
        }
    }
}

/// As a guard it admits every well-formed token: the handler verifies it.
impl RouteGuard for Bearer {
    fn policy() -> String {
        "bearer token that the handler verifies".to_owned()
    }

    fn security() -> Security {
        Security::new(SecurityScheme::bearer())
    }
}

impl ProblemTypes for Bearer {
    const TYPES: Types = Types { own: &[INVALID, MISSING], others: &[] };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panics(create: impl FnOnce() -> Credentials + std::panic::UnwindSafe) -> bool {
        std::panic::catch_unwind(create).is_err()
    }

    #[test]
    fn names_that_no_client_can_send_are_rejected_at_start() {
        for name in ["", "two words", "a=b", "a\"", "ä"] {
            assert!(panics(|| Credentials::scheme(name)), "{name}");
            assert!(panics(|| Credentials::header(name)), "{name}");
            assert!(panics(|| Credentials::cookie(name)), "{name}");
        }
        assert!(panics(|| Credentials::cookie("a;b")) && panics(|| Credentials::header("Cookie")));
        assert!(panics(|| Credentials::first_of([])));
        assert!(panics(|| Credentials::bearer().malformed_status(403)));
    }

    #[test]
    fn every_source_has_a_legal_challenge_of_its_own() {
        let all = Credentials::first_of([
            Credentials::bearer(),
            Credentials::scheme("Token"),
            Credentials::header("X-Api-Key"),
            Credentials::cookie("__Host-id"),
            Credentials::scheme("BEARER"),
        ]);
        let missing = all.missing();
        let challenges: Vec<_> = missing.challenges().iter().map(ToString::to_string).collect();
        assert_eq!(
            challenges,
            [
                "Bearer realm=\"api\"",
                "Token realm=\"api\"",
                "ApiKey realm=\"api\", in=\"header\", name=\"x-api-key\"",
                "Cookie realm=\"api\", cookie-name=\"__Host-id\"",
            ]
        );
    }
}
