//! A cache that makes sure that a token is verified once per request, however many extractors need
//! it.

use std::sync::Arc;

use http::Extensions;
use http::request::Parts;

use super::authenticator::no_layer;
use super::source::Origin;
use super::{Bearer, Principal, Verify};
use crate::context::RequestContext;
use crate::error::ApiError;
#[cfg(feature = "rbac")]
use crate::error::Challenge;
use crate::problem::ErrorStatus;

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
    match verifier.credentials().is_from_layer() {
        false => Ok(verifier),
        true => provided(extensions).ok_or_else(no_layer),
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
    origin: Origin,
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
fn challenged(error: ApiError, origin: Origin) -> ApiError {
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
