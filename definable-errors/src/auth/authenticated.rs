//! The extractors for callers whose token was verified, and the cache that verifies it once per
//! request.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::Extensions;
use http::request::Parts;

use super::authenticator::no_layer;
use super::source::{INVALID, MISSING, Sent, TokenOrigin};
use super::{Bearer, Verify};
use crate::context::{RequestContext, Subject};
use crate::error::ApiError;
#[cfg(feature = "rbac")]
use crate::error::Challenge;
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{
    ErrorStatus, INVALID_TOKEN, KEYS_UNAVAILABLE, ProblemTypes, TOKEN_EXPIRED, Types,
};

/// The identity of a caller: the type that a service puts into
/// [`Authenticated`](super::Authenticated).
///
/// ```
/// use definable_errors::auth::Principal;
/// use definable_errors::context::Subject;
///
/// struct User {
///     id: u64,
/// }
///
/// impl Principal for User {
///     fn subject(&self) -> Subject {
///         Subject::user(&self.id.to_string())
///     }
/// }
/// # assert_eq!(User { id: 7 }.subject().id(), "7");
/// ```
pub trait Principal: Send + Sync + 'static {
    /// Returns the subject for logs and rate limits.
    fn subject(&self) -> Subject;

    /// Returns whether the token was issued for this scope, if tokens have scopes.
    fn has_scope(&self, scope: &str) -> bool {
        let _ = scope;
        false
    }
}

/// An extractor for callers whose token the service's verifier accepted.
///
/// The verifier comes from the state, so a service without one does not compile;
/// `#[axum::debug_handler(state = AppState)]` makes the compiler name what is missing. A request is
/// verified once, however many extractors and guards need it. The [module](super) has an example.
/// The verifier also defines where the token is: [`Credentials`](super::Credentials).
///
/// ```compile_fail,E0277
/// # use axum::{Router, routing::get};
/// # use definable_errors::auth::{Authenticated, Principal};
/// # fn app<P: Principal>() -> Router {
/// // `Arc<dyn Verify<P>>: FromRef<()>` is not satisfied: the state has no verifier.
/// Router::new().route("/me", get(|_: Authenticated<P>| async {})).with_state(())
/// # }
/// ```
///
/// `Option<Authenticated<P>>` is not an extractor: use
/// [`MaybeAuthenticated`](super::MaybeAuthenticated), which rejects invalid credentials and is
/// empty only if there are none.
pub struct Authenticated<P>(pub Arc<P>);

impl<P, S> FromRequestParts<S> for Authenticated<P>
where
    P: Principal,
    S: Sync,
    Arc<dyn Verify<P>>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let verifier = verifier(&parts.extensions, Arc::from_ref(state))?;
        if let Some(principal) = known(&parts.extensions, &verifier) {
            return Ok(Self(principal));
        }
        match verifier.credentials().read(parts)? {
            Sent::Token(token, origin) => Ok(Self(verify(parts, verifier, &token, origin).await?)),
            Sent::Nothing | Sent::Other => Err(verifier.credentials().missing()),
        }
    }
}

impl<P> RouteGuard for Authenticated<P> {
    fn policy() -> String {
        "authenticated".to_owned()
    }

    fn security() -> Security {
        Security::new(SecurityScheme::bearer())
    }
}

impl<P> ProblemTypes for Authenticated<P> {
    const TYPES: Types = Types {
        own: &[INVALID, MISSING, &INVALID_TOKEN, &TOKEN_EXPIRED, &KEYS_UNAVAILABLE],
        others: &[],
    };
}

impl<P> Deref for Authenticated<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for Authenticated<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: fmt::Debug> fmt::Debug for Authenticated<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authenticated").field(&self.0).finish()
    }
}

/// An extractor for callers with or without credentials, for routes that return more to callers who
/// log in.
///
/// It is empty only if no credentials were sent: no `Authorization` header, or nothing in any other
/// source of the verifier's [`Credentials`](super::Credentials). A token that is malformed, expired or
/// forged is rejected as by [`Authenticated`], and so is another scheme: a caller that sends
/// credentials means to be identified.
pub struct MaybeAuthenticated<P>(pub Option<Arc<P>>);

impl<P, S> FromRequestParts<S> for MaybeAuthenticated<P>
where
    P: Principal,
    S: Sync,
    Arc<dyn Verify<P>>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let verifier = verifier(&parts.extensions, Arc::from_ref(state))?;
        if let Some(principal) = known(&parts.extensions, &verifier) {
            return Ok(Self(Some(principal)));
        }
        match verifier.credentials().read(parts)? {
            Sent::Nothing => Ok(Self(None)),
            Sent::Other => Err(verifier.credentials().missing()),
            Sent::Token(token, origin) => {
                Ok(Self(Some(verify(parts, verifier, &token, origin).await?)))
            }
        }
    }
}

/// As a guard it admits callers without credentials, too.
impl<P> RouteGuard for MaybeAuthenticated<P> {
    fn policy() -> String {
        "public or authenticated".to_owned()
    }

    fn security() -> Security {
        Authenticated::<P>::security().optional()
    }
}

impl<P> ProblemTypes for MaybeAuthenticated<P> {
    const TYPES: Types = Authenticated::<P>::TYPES;
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for MaybeAuthenticated<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: fmt::Debug> fmt::Debug for MaybeAuthenticated<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MaybeAuthenticated").field(&self.0).finish()
    }
}

/// Stored in the request by the first extractor. It is reused only by extractors with the same
/// verifier.
struct Verified<P> {
    by: Arc<dyn Verify<P>>,
    principal: Arc<P>,
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for Verified<P> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), principal: self.principal.clone() }
    }
}

/// The challenge of the caller's credentials, if they are not a bearer token. It is stored in the
/// request for the guards of `rbac` that come after.
#[cfg(feature = "rbac")]
#[derive(Clone)]
struct OfCaller(Challenge);

/// Returns the challenge for a denial after the caller was verified: that of the credentials that
/// the caller sent.
#[cfg(feature = "rbac")]
pub(crate) fn challenge_of_caller(extensions: &Extensions) -> Challenge {
    extensions.get().map_or(Challenge::DEFAULT, |OfCaller(challenge)| challenge.clone())
}

/// Returns the verifier of the state, or that of the layer if the state has only its placeholder.
pub(super) fn verifier<P: Principal>(
    extensions: &Extensions,
    verifier: Arc<dyn Verify<P>>,
) -> Result<Arc<dyn Verify<P>>, ApiError> {
    if verifier.credentials().is_from_layer() {
        provided(extensions).ok_or_else(no_layer)
    } else {
        Ok(verifier)
    }
}

fn provided<P: Principal>(extensions: &Extensions) -> Option<Arc<dyn Verify<P>>> {
    let of_layer = extensions.get::<Arc<dyn Verify<P>>>();
    let of_guard = || extensions.get::<Verified<P>>().map(|verified| &verified.by);
    let is_real = |verifier: &&Arc<dyn Verify<P>>| !verifier.credentials().is_from_layer();
    of_layer.filter(is_real).or_else(of_guard).cloned()
}

/// Returns the result that this verifier has already returned for the request.
pub(super) fn known<P: Principal>(
    extensions: &Extensions,
    verifier: &Arc<dyn Verify<P>>,
) -> Option<Arc<P>> {
    let known = extensions.get::<Verified<P>>()?;
    is_same(&known.by, verifier).then(|| known.principal.clone())
}

/// Verifies the token, and stores the caller for the rest of the request.
pub(super) async fn verify<P: Principal>(
    parts: &mut Parts,
    verifier: Arc<dyn Verify<P>>,
    token: &Bearer,
    origin: TokenOrigin,
) -> Result<Arc<P>, ApiError> {
    let principal = match verifier.verify(token).await {
        Ok(principal) => Arc::new(principal),
        Err(error) => return Err(challenged(error, origin)),
    };
    #[cfg(feature = "rbac")]
    if let Some(challenge) = origin.into_challenge() {
        parts.extensions.insert(OfCaller(challenge));
    }
    RequestContext::of(parts).set_subject(principal.subject());
    parts.extensions.insert(Verified { by: verifier, principal: principal.clone() });
    Ok(principal)
}

/// Adds the challenge of the credentials to a rejection. One that the verifier added itself stays
/// the only one.
fn challenged(error: ApiError, origin: TokenOrigin) -> ApiError {
    let problem = error.problem();
    let has_any = problem.status() == ErrorStatus::UNAUTHORIZED
        || problem.problem_type().challenge().is_some();
    match origin.into_challenge() {
        Some(challenge) if has_any && error.challenges().is_empty() => {
            error.with_challenge(challenge)
        }
        _ => error,
    }
}

/// Compares verifiers by address alone, because a vtable may exist twice.
fn is_same<P>(one: &Arc<dyn Verify<P>>, other: &Arc<dyn Verify<P>>) -> bool {
    std::ptr::eq(Arc::as_ptr(one).cast::<()>(), Arc::as_ptr(other).cast::<()>())
}
