//! A cache that makes sure that a token is verified once per request, however many extractors need
//! it.

use std::sync::Arc;

use http::Extensions;
use http::request::Parts;

use super::{Bearer, Principal, Verify};
use crate::context::RequestContext;
use crate::error::ApiError;

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
) -> Result<Arc<P>, ApiError> {
    let principal = Arc::new(verifier.verify(token).await?);
    RequestContext::of(parts).set_subject(principal.subject());
    parts.extensions.insert(Verified { by: verifier, principal: principal.clone() });
    Ok(principal)
}

/// Compares verifiers by address alone, because a vtable may exist twice.
fn is_same<P>(one: &Arc<dyn Verify<P>>, other: &Arc<dyn Verify<P>>) -> bool {
    std::ptr::eq(Arc::as_ptr(one).cast::<()>(), Arc::as_ptr(other).cast::<()>())
}
