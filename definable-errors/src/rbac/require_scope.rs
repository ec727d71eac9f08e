use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{HasScopes, Scope, denial};
use crate::auth::challenge_of_caller;
use crate::error::ApiError;
use crate::guard::{RouteGuard, Security};
use crate::problem::{INSUFFICIENT_SCOPE, ProblemTypes, Types};

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
                Err(denial::insufficient_scope(challenge, T::SCOPE, missing))
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
