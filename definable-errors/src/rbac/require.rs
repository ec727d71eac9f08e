//! The guards that require rights or scopes of a caller.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{Decision, HasRights, HasScopes, Level, Missing, Requirement, Rights, Rule, Scope};
use crate::auth::challenge_of_caller;
use crate::error::{ApiError, Challenge, Explanation};
use crate::guard::{RouteGuard, Security};
use crate::problem::{
    INSUFFICIENT_PERMISSIONS, INSUFFICIENT_ROLE, INSUFFICIENT_SCOPE, Problem, ProblemTypes, Types,
};

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
        require(caller.rights(), R::RULE)?;
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

/// An extractor for callers whose token was issued for a scope: `RequireScope<KbRead>`.
///
/// It rejects other callers with 403 `insufficient_scope` and a challenge that names the scope, so
/// that an OAuth client requests another token (RFC 6750 §3.1). For what a user's role allows, use
/// [`Require`](super::Require): another token would not help there.
pub struct RequireScope<T: Scope, C: HasScopes = <T as Scope>::Caller> {
    caller: C,
    scope: PhantomData<fn() -> T>,
}

impl<T: Scope, C: HasScopes> RequireScope<T, C> {
    /// Returns the caller.
    pub fn into_caller(self) -> C {
        self.caller
    }
}

impl<T, C, S> FromRequestParts<S> for RequireScope<T, C>
where
    T: Scope,
    C: FromRequestParts<S, Rejection = ApiError> + HasScopes,
    S: Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        const { assert!(is_scope(T::SCOPE), "a scope is words with one space between (RFC 6749)") };
        let caller = C::from_request_parts(parts, state).await?;
        match T::SCOPE.split(' ').find(|word| !caller.has_scope(word)) {
            Some(missing) => {
                let challenge = challenge_of_caller(&parts.extensions);
                Err(insufficient_scope(challenge, T::SCOPE, missing))
            }
            None => Ok(Self { caller, scope: PhantomData }),
        }
    }
}

/// Returns whether this is a scope of RFC 6749 §3.3: visible ASCII without `"` and `\`, with single
/// spaces between the words.
const fn is_scope(scope: &str) -> bool {
    let scope = scope.as_bytes();
    let mut is_inside = false;
    let mut at = 0;
    while at < scope.len() {
        is_inside = match scope[at] {
            b' ' if is_inside => false,
            b'!' | b'#'..=b'[' | b']'..=b'~' => true,
            _ => return false,
        };
        at += 1;
    }
    is_inside
}

impl<T: Scope, C: HasScopes + RouteGuard> RouteGuard for RequireScope<T, C> {
    fn policy() -> String {
        format!("{} with scope {}", C::policy(), T::SCOPE)
    }

    fn security() -> Security {
        C::security().with_scopes(T::SCOPE.split(' '))
    }
}

impl<T: Scope, C: HasScopes + ProblemTypes> ProblemTypes for RequireScope<T, C> {
    const TYPES: Types = Types { own: &[&INSUFFICIENT_SCOPE], others: &[C::TYPES] };
}

impl<T: Scope, C: HasScopes> Deref for RequireScope<T, C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.caller
    }
}

/// `Clone` is implemented by hand, because `T` need not be `Clone`.
impl<T: Scope, C: HasScopes + Clone> Clone for RequireScope<T, C> {
    fn clone(&self) -> Self {
        Self { caller: self.caller.clone(), scope: PhantomData }
    }
}

impl<T: Scope, C: HasScopes + fmt::Debug> fmt::Debug for RequireScope<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireScope").field(&self.caller).finish()
    }
}

/// Rejects callers whose rights do not meet the rule.
fn require(rights: Rights<'_>, rule: Rule) -> Result<(), ApiError> {
    match rights.decide(rule) {
        Decision::Allow { .. } => Ok(()),
        Decision::Deny { missing, checks } => {
            let explanation = Explanation::new(&missing, &checks);
            let is_permission = |missing: &Missing| matches!(missing, Missing::Permission(_));
            let error = if missing.iter().any(is_permission) {
                insufficient_permissions(&rule.required())
            } else {
                ApiError::unlocated(Problem::new(&INSUFFICIENT_ROLE))
            };
            Err(error.with_source(explanation))
        }
    }
}

fn insufficient_permissions(required: &str) -> ApiError {
    ApiError::unlocated(Problem::new(&INSUFFICIENT_PERMISSIONS))
        .with_detail(format!("Access denied. Required: {required}"))
        .with_member("required", required)
}

/// Creates a 403 whose challenge names the scope that this request needs.
fn insufficient_scope(challenge: Challenge, scope: &str, missing: &str) -> ApiError {
    let challenge = challenge
        .with_param("error", "insufficient_scope")
        .and_then(|challenge| challenge.with_scope(scope))
        .expect("a scope is checked while compiling");
    let check = format!("the token was not issued for {missing}");
    ApiError::unlocated(Problem::new(&INSUFFICIENT_SCOPE))
        .with_challenge(challenge)
        .with_source(Explanation::new(&[missing], &[check]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_words_with_one_space_between() {
        assert!(["openid", "kb:read kb:write", "!#[]~"].into_iter().all(is_scope));
        assert!(
            !["", " ", " a", "a ", "a  b", "a\"", "a\\b", "a\tb", "ä"].into_iter().any(is_scope)
        );
    }
}
