use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::guard::RouteGuard;
use crate::problem::{ProblemTypes, Types};

/// A guard that admits every caller: the first argument of a handler whose route is open on
/// purpose.
///
/// ```
/// use definable_errors::router::{GuardedRouter, Public};
///
/// async fn health(_: Public) -> &'static str {
///     "ok"
/// }
///
/// let routes: GuardedRouter = GuardedRouter::new().get("/health", health);
/// # let _ = routes;
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Public;

impl<S: Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl RouteGuard for Public {
    fn policy() -> String {
        "public".to_owned()
    }
}

impl ProblemTypes for Public {
    const TYPES: Types = Types::EMPTY;
}
