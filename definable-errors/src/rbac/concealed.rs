//! Guards that answer 404 in place of 403, so that a stranger does not learn what exists.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::error::ApiError;
use crate::guard::{RouteGuard, Security};
use crate::problem::{ErrorStatus, INTERNAL_ERROR, Problem, ProblemType, ProblemTypes, Types};

/// The 404 that [`Concealed`] returns to callers who may not learn whether a resource exists.
///
/// ```
/// use definable_errors::problem::{ErrorStatus, ProblemType};
/// use definable_errors::rbac::NotFoundType;
///
/// static KB_NOT_FOUND: ProblemType =
///     ProblemType::new("kb_not_found", ErrorStatus::NOT_FOUND, "Kb not found");
///
/// struct NoKb;
///
/// impl NotFoundType for NoKb {
///     const PROBLEM_TYPE: &'static ProblemType = &KB_NOT_FOUND;
/// }
/// ```
///
/// The type of a derived error is `KbError::TYPES.by_code("kb_not_found")`.
pub trait NotFoundType: Send + Sync + 'static {
    /// The problem type of the handler's own 404.
    const PROBLEM_TYPE: &'static ProblemType;

    /// Returns the same error as the handler does. Override it if that error has a detail or
    /// members of its own: a client that compares the two must not learn anything.
    fn error(request: &mut Parts) -> impl Future<Output = ApiError> + Send {
        let _ = request;
        async { ApiError::unlocated(Problem::new(Self::PROBLEM_TYPE)) }
    }
}

/// A guard whose denials look as if the resource did not exist: `Concealed<Require<KbRead>, NoKb>`.
///
/// A caller that is denied with a 403 receives the 404 of `E`, which equals the handler's own
/// except for the ids. A caller without valid credentials still receives a 401, which is the same
/// whether or not the resource exists. Use it for all methods of a resource or for none. The reason
/// of the denial is in the private half of the error.
pub struct Concealed<G, E> {
    guard: G,
    absent: PhantomData<fn() -> E>,
}

impl<G, E> Concealed<G, E> {
    /// Returns the guard.
    pub fn into_guard(self) -> G {
        self.guard
    }
}

impl<G, E, S> FromRequestParts<S> for Concealed<G, E>
where
    G: FromRequestParts<S, Rejection = ApiError> + Send,
    E: NotFoundType,
    S: Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        const {
            let status = E::PROBLEM_TYPE.status().as_u16();
            assert!(status == 404, "what is hidden is not found: the status is 404");
        };
        match G::from_request_parts(parts, state).await {
            Ok(guard) => Ok(Self { guard, absent: PhantomData }),
            Err(denial) if denial.problem().status() == ErrorStatus::FORBIDDEN => {
                Err(E::error(parts).await.with_source(denial))
            }
            Err(error) => Err(error),
        }
    }
}

impl<G: RouteGuard, E: NotFoundType> RouteGuard for Concealed<G, E> {
    fn policy() -> String {
        format!("{}, else {}", G::policy(), E::PROBLEM_TYPE.code())
    }

    fn security() -> Security {
        G::security()
    }
}

/// The problem types of the guard, without those that are concealed.
impl<G: ProblemTypes, E: NotFoundType> ProblemTypes for Concealed<G, E> {
    const TYPES: Types = Types { own: &[E::PROBLEM_TYPE], others: &[Visible::<G>::TYPES] };
}

struct Visible<G>(PhantomData<G>);

impl<G: ProblemTypes> Visible<G> {
    const KEPT: Kept = Kept { types: [&INTERNAL_ERROR; MOST], count: 0 }.with(G::TYPES);

    const TYPES: Types = Types { own: Self::KEPT.types.split_at(Self::KEPT.count).0, others: &[] };
}

/// The maximum number of problem types, more than any guard has; a guard with more does not
/// compile.
const MOST: usize = 64;

/// A constant of a generic type cannot build a slice, but it can fill an array.
struct Kept {
    types: [&'static ProblemType; MOST],
    count: usize,
}

impl Kept {
    const fn with(mut self, types: Types) -> Self {
        let mut at = 0;
        while at < types.own.len() {
            if types.own[at].status().as_u16() != 403 {
                self.types[self.count] = types.own[at];
                self.count += 1;
            }
            at += 1;
        }
        at = 0;
        while at < types.others.len() {
            self = self.with(types.others[at]);
            at += 1;
        }
        self
    }
}

impl<G, E> Deref for Concealed<G, E> {
    type Target = G;

    fn deref(&self) -> &G {
        &self.guard
    }
}

/// `Clone` is implemented by hand, because `E` need not be `Clone`.
impl<G: Clone, E> Clone for Concealed<G, E> {
    fn clone(&self) -> Self {
        Self { guard: self.guard.clone(), absent: PhantomData }
    }
}

impl<G: fmt::Debug, E> fmt::Debug for Concealed<G, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Concealed").field(&self.guard).finish()
    }
}
