//! The guard of routes that only other services of the same system may call.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderName;
use http::request::Parts;

use super::source::{INVALID, MISSING, Single, hide, single};
use super::{Secret, SecretDigest};
use crate::context::{RequestContext, Subject};
use crate::error::{ApiError, Challenge};
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{INVALID_TOKEN, Problem, ProblemType, ProblemTypes, Types};

const HEADER: HeaderName = HeaderName::from_static("x-internal-token");

/// A guard for other services of the same system: they know one of the [`InternalTokens`].
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::auth::{InternalToken, InternalTokens};
///
/// async fn reindex(_: InternalToken) {}
///
/// # let secret = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";
/// let app: Router = Router::new()
///     .route("/internal/reindex", post(reindex))
///     .with_state(InternalTokens::new([secret])?);
/// # let _ = app;
/// # Ok::<(), definable_errors::auth::WeakSecretError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InternalToken;

impl<S: Sync> FromRequestParts<S> for InternalToken
where
    InternalTokens: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        hide(&mut parts.headers, HEADER);
        let token = match single(&parts.headers, &HEADER) {
            Single::None => return Err(refused(MISSING, "no internal token")),
            Single::Several => return Err(refused(INVALID, "two internal tokens")),
            Single::One(token) => token.to_str().unwrap_or_default(),
        };
        if !InternalTokens::from_ref(state).has(token) {
            return Err(refused(&INVALID_TOKEN, "the internal token is another"));
        }
        RequestContext::of(parts).set_subject(Subject::service("internal"));
        Ok(Self)
    }
}

impl RouteGuard for InternalToken {
    fn policy() -> String {
        "internal token".to_owned()
    }

    fn security() -> Security {
        Security::new(SecurityScheme::header("x-internal-token"))
    }
}

impl ProblemTypes for InternalToken {
    const TYPES: Types = Types { own: &[INVALID, MISSING, &INVALID_TOKEN], others: &[] };
}

/// The tokens that services of the same system send each other in `x-internal-token`.
///
/// Several tokens allow rotation: first every service accepts the new one, then every service sends
/// it, then the old one is removed.
#[derive(Clone)]
pub struct InternalTokens(Arc<[SecretDigest]>);

impl InternalTokens {
    /// Creates the list of tokens that are accepted.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none, or one has fewer than 32 bytes or is guessable. Tests that
    /// need such a token pass [`Secret::insecure_for_tests`].
    pub fn new<'a, T: Into<Secret<'a>>>(
        tokens: impl IntoIterator<Item = T>,
    ) -> Result<Self, WeakSecretError> {
        let digest = |token: T| {
            let token = token.into();
            if token.is_acceptable() {
                Ok(SecretDigest::of_bytes(token.as_bytes()))
            } else {
                Err(WeakSecretError)
            }
        };
        let tokens: Arc<[_]> = tokens.into_iter().map(digest).collect::<Result<_, _>>()?;
        if tokens.is_empty() { Err(WeakSecretError) } else { Ok(Self(tokens)) }
    }

    /// Compares all tokens, even if one has already matched.
    fn has(&self, token: &str) -> bool {
        let digest = SecretDigest::sha256(token);
        self.0.iter().fold(false, |found, known| (*known == digest) | found)
    }
}

impl fmt::Debug for InternalTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InternalTokens({})", self.0.len())
    }
}

/// The error for a secret that is missing, shorter than 32 bytes, or guessable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WeakSecretError;

impl fmt::Display for WeakSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret is 32 random bytes or more")
    }
}

impl std::error::Error for WeakSecretError {}

fn refused(problem_type: &'static ProblemType, note: &'static str) -> ApiError {
    let challenge = Challenge::new("InternalToken", "api").expect("the scheme is a token");
    ApiError::unlocated(Problem::new(problem_type)).with_challenge(challenge).with_note(note)
}
