use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::credentials::{INVALID, MISSING};
use super::source::Sent;
use super::{Principal, Verify, verified};
use crate::error::ApiError;
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{INVALID_TOKEN, KEYS_UNAVAILABLE, ProblemTypes, TOKEN_EXPIRED, Types};

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
        let verifier = verified::verifier(&parts.extensions, Arc::from_ref(state))?;
        if let Some(principal) = verified::known(&parts.extensions, &verifier) {
            return Ok(Self(principal));
        }
        match verifier.credentials().read(parts)? {
            Sent::Token(token, origin) => {
                Ok(Self(verified::verify(parts, verifier, &token, origin).await?))
            }
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
