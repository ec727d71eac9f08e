//! A token is verified once per request, however many extractors ask.

use std::sync::Arc;

use http::Extensions;
use http::request::Parts;

use super::{Bearer, Principal, Verify};
use crate::context::RequestContext;
use crate::error::ApiError;

/// Put into the request by the first extractor that asked. It counts only for those who would have
/// asked the same verifier.
struct Verified<P> {
    by: Arc<dyn Verify<P>>,
    principal: Arc<P>,
}

/// Not derived: `P` need not be `Clone`.
impl<P> Clone for Verified<P> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), principal: self.principal.clone() }
    }
}

/// What this verifier said of the request already.
pub(super) fn known<P: Principal>(
    extensions: &Extensions,
    verifier: &Arc<dyn Verify<P>>,
) -> Option<Arc<P>> {
    let known = extensions.get::<Verified<P>>()?;
    is_same(&known.by, verifier).then(|| known.principal.clone())
}

/// Verifies, and notes for the rest of the request who asks.
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

/// By address: a vtable may be there twice.
fn is_same<P>(one: &Arc<dyn Verify<P>>, other: &Arc<dyn Verify<P>>) -> bool {
    std::ptr::eq(Arc::as_ptr(one).cast::<()>(), Arc::as_ptr(other).cast::<()>())
}
