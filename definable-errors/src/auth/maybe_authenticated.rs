use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::source::Sent;
use super::{Authenticated, Principal, Verify, verified};
use crate::error::ApiError;
use crate::guard::{RouteGuard, Security};
use crate::problem::{ProblemTypes, Types};

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
        let verifier = verified::verifier(&parts.extensions, Arc::from_ref(state))?;
        if let Some(principal) = verified::known(&parts.extensions, &verifier) {
            return Ok(Self(Some(principal)));
        }
        match verifier.credentials().read(parts)? {
            Sent::Nothing => Ok(Self(None)),
            Sent::Other => Err(verifier.credentials().missing()),
            Sent::Token(token, origin) => {
                Ok(Self(Some(verified::verify(parts, verifier, &token, origin).await?)))
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
