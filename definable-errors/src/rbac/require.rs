use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{HasRights, Level, Requirement, denial};
use crate::error::ApiError;
use crate::guard::{RouteGuard, Security};
use crate::problem::{ProblemTypes, Types};

/// An extractor for callers whose rights meet a requirement: `Require<KbRead>`,
/// `Require<All<(KbRead, KbWrite)>>`.
///
/// The rights are those of the caller that the requirement names, or the second parameter:
/// `Require<KbWrite, ApiKey<Client>>`. It dereferences to that caller, from which a handler reads
/// the principal and the organization. The [module](super) has an example.
pub struct Require<R: Requirement, C: HasRights = <R as Requirement>::Caller> {
    caller: C,
    requirement: PhantomData<fn() -> R>,
}

/// An extractor for callers with a role of this level or a higher one: `RequireLevel<80, Member<Org>>`.
///
/// A level names no caller; a type alias of the service can:
///
/// ```
/// use definable_errors::rbac;
/// # type Member<T> = std::marker::PhantomData<T>;
/// # struct Org;
///
/// type RequireLevel<const LEVEL: u16> = rbac::RequireLevel<LEVEL, Member<Org>>;
/// ```
pub type RequireLevel<const LEVEL: u16, C> = Require<Level<LEVEL>, C>;

impl<R: Requirement, C: HasRights> Require<R, C> {
    /// Returns the caller.
    pub fn into_caller(self) -> C {
        self.caller
    }
}

impl<R, C, S> FromRequestParts<S> for Require<R, C>
where
    R: Requirement,
    C: FromRequestParts<S, Rejection = ApiError> + HasRights,
    S: Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = C::from_request_parts(parts, state).await?;
        denial::require(caller.rights(), R::RULE)?;
        Ok(Self { caller, requirement: PhantomData })
    }
}

impl<R: Requirement, C: HasRights + RouteGuard> RouteGuard for Require<R, C> {
    fn policy() -> String {
        format!("{} with {}", C::policy(), R::RULE)
    }

    /// The permissions are those of the requirement, with an alternative for each way to meet it. A
    /// level is not disclosed.
    fn security() -> Security {
        let ways = R::RULE.permission_sets().into_iter();
        let ways = ways.map(|permissions| C::security().with_scopes(permissions));
        ways.reduce(Security::or).unwrap_or_default()
    }
}

impl<R: Requirement, C: HasRights + ProblemTypes> ProblemTypes for Require<R, C> {
    const TYPES: Types = Types { own: R::RULE.problem_types(), others: &[C::TYPES] };
}

impl<R: Requirement, C: HasRights> Deref for Require<R, C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.caller
    }
}

/// `Clone` is implemented by hand, because `R` need not be `Clone`.
impl<R: Requirement, C: HasRights + Clone> Clone for Require<R, C> {
    fn clone(&self) -> Self {
        Self { caller: self.caller.clone(), requirement: PhantomData }
    }
}

impl<R: Requirement, C: HasRights + fmt::Debug> fmt::Debug for Require<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Require").field(&self.caller).finish()
    }
}
