//! One route: who may call it, and which problems it can respond with.

use super::{RouteGuard, Security};
use crate::problem::{ProblemType, Types};

/// A route: its method and path, the callers that may call it, and the problems that it can respond
/// with.
///
/// A `GuardedRouter` (feature `router`) has one for each of its routes. Other code that knows its
/// routes can make them, too:
///
/// ```
/// use definable_errors::guard::{RouteGuard, RoutePolicy};
/// use definable_errors::problem::{CONFLICT, FORBIDDEN, ProblemType, ProblemTypes, Types};
///
/// struct Internal;
///
/// impl RouteGuard for Internal {
///     fn policy() -> String {
///         "internal callers".to_owned()
///     }
/// }
///
/// impl ProblemTypes for Internal {
///     const TYPES: Types = Types { own: &[&FORBIDDEN], others: &[] };
/// }
///
/// const OF_HANDLER: Types = Types { own: &[&CONFLICT], others: &[] };
/// let route = RoutePolicy::guarded::<Internal>("PUT", "/limits")
///     .with_problem_types(OF_HANDLER)
///     .below("/admin");
/// assert_eq!((route.method(), route.path()), ("PUT", "/admin/limits"));
/// assert_eq!(route.policy(), "internal callers");
/// let codes: Vec<_> = route.problem_types().iter().map(|it| it.code()).collect();
/// assert_eq!(codes, ["forbidden", "conflict"]);
/// assert!(route.is_documented());
/// ```
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutePolicy {
    method: &'static str,
    path: String,
    policy: String,
    security: Security,
    problem_types: Vec<&'static ProblemType>,
    is_documented: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Guarded,
    Fallback,
    Raw,
}

impl RoutePolicy {
    /// Describes a route with a guard. `method` is `*` for a route that accepts every method.
    pub fn guarded<G: RouteGuard>(method: &'static str, path: &str) -> Self {
        Self::new(method, path, G::policy(), Kind::Guarded)
            .with_security(G::security())
            .with_problem_types(G::TYPES)
    }

    /// Describes a handler with a guard for all requests that match no route.
    pub fn fallback<G: RouteGuard>() -> Self {
        Self { kind: Kind::Fallback, ..Self::guarded::<G>("*", "/{*fallback}") }
    }

    /// Describes routes whose guards and problems are unknown, with the reason why that is right.
    pub fn raw(reason: &str) -> Self {
        Self::new("*", "/{*raw}", format!("raw: {reason}"), Kind::Raw)
            .with_problem_types(Types::UNDOCUMENTED)
    }

    fn new(method: &'static str, path: &str, policy: String, kind: Kind) -> Self {
        Self {
            method,
            path: path.to_owned(),
            policy,
            security: Security::NONE,
            problem_types: Vec::new(),
            is_documented: true,
            kind,
        }
    }

    /// Adds problem types that the route can respond with.
    pub fn with_problem_types(mut self, types: Types) -> Self {
        self.is_documented &= types.is_documented();
        self.problem_types.extend(types.iter());
        let key = |problem_type: &&'static ProblemType| {
            (problem_type.status().as_u16(), problem_type.code())
        };
        // In the order of statuses and codes, the list does not depend on that of the arguments.
        self.problem_types.sort_by_key(key);
        self.problem_types.dedup_by_key(|problem_type| key(problem_type));
        self
    }

    /// Describes the route behind a guard that runs before the one it has.
    ///
    /// ```
    /// use definable_errors::guard::RoutePolicy;
    /// # use definable_errors::guard::RouteGuard;
    /// # use definable_errors::problem::{ProblemTypes, Types};
    /// # struct Internal;
    /// # impl RouteGuard for Internal {
    /// #     fn policy() -> String { "internal callers".to_owned() }
    /// # }
    /// # impl ProblemTypes for Internal { const TYPES: Types = Types::EMPTY; }
    ///
    /// let route = RoutePolicy::raw("metrics").behind::<Internal>();
    /// assert_eq!(route.policy(), "internal callers, then raw: metrics");
    /// ```
    pub fn behind<G: RouteGuard>(self) -> Self {
        let policy = format!("{}, then {}", G::policy(), self.policy);
        let security = G::security().and(self.security.clone());
        Self { policy, ..self }.with_security(security).with_problem_types(G::TYPES)
    }

    /// Describes the route below a prefix. Paths are joined as axum joins them: the root of a
    /// nested router is the prefix itself.
    pub fn below(self, prefix: &str) -> Self {
        let path = match (prefix.strip_suffix('/'), &*self.path) {
            (Some(prefix), path) => format!("{prefix}{path}"),
            (None, "/") => prefix.to_owned(),
            (None, path) => format!("{prefix}{path}"),
        };
        Self { path, ..self }
    }

    fn with_security(self, security: Security) -> Self {
        Self { security, ..self }
    }

    /// Returns the method, or `*` for any method. `GET` also answers `HEAD`.
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// Returns the pattern of the path, or `{*fallback}` or `{*raw}` if there is none.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns a description of which callers may call the route.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Returns the credentials that the guards of the route require.
    pub const fn security(&self) -> &Security {
        &self.security
    }

    /// Returns the problem types that the route can respond with, each once, in the order of their
    /// statuses and codes.
    ///
    /// They are those of the guards, the arguments and the return type of the handler, and of the
    /// layers that were added to the `GuardedRouter`. Every route can also respond with a 5xx for a
    /// panic, a store or a verifier that fails, and with the problems of layers around the whole
    /// service.
    pub fn problem_types(&self) -> &[&'static ProblemType] {
        &self.problem_types
    }

    /// Returns whether [`problem_types`](Self::problem_types) are known completely: `false` for raw
    /// routes, and if a part of the route is undocumented.
    pub const fn is_documented(&self) -> bool {
        self.is_documented
    }

    /// Returns whether these are raw routes, whose guards are unknown.
    pub const fn is_raw(&self) -> bool {
        matches!(self.kind, Kind::Raw)
    }

    /// Returns whether this is the handler for requests that match no route.
    pub const fn is_fallback(&self) -> bool {
        matches!(self.kind, Kind::Fallback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::SecurityScheme;
    use crate::problem::{CONFLICT, ErrorStatus, FORBIDDEN, ProblemTypes, VALIDATION_FAILED};

    struct Caller;

    impl RouteGuard for Caller {
        fn policy() -> String {
            "callers".to_owned()
        }

        fn security() -> Security {
            Security::new(SecurityScheme::bearer())
        }
    }

    impl ProblemTypes for Caller {
        const TYPES: Types = Types { own: &[&FORBIDDEN], others: &[] };
    }

    #[test]
    fn paths_are_joined_as_axum_joins_them() {
        let joined = |prefix: &str, path: &str| {
            RoutePolicy::guarded::<Caller>("GET", path).below(prefix).path().to_owned()
        };
        assert_eq!(joined("/api", "/kbs"), "/api/kbs");
        assert_eq!(joined("/api", "/"), "/api");
        assert_eq!(joined("/api/", "/"), "/api/");
        assert_eq!(joined("/api/", "/kbs"), "/api/kbs");
    }

    #[test]
    fn problem_types_are_sorted_and_occur_once_per_status() {
        static OTHER: ProblemType = ProblemType::new(
            "validation_failed",
            ErrorStatus::UNPROCESSABLE_ENTITY,
            "Validation failed",
        );
        const MORE: Types = Types {
            own: &[&OTHER, &CONFLICT, &FORBIDDEN, &VALIDATION_FAILED, &OTHER],
            others: &[],
        };
        let route = RoutePolicy::guarded::<Caller>("GET", "/").with_problem_types(MORE);
        let found: Vec<_> = route
            .problem_types()
            .iter()
            .map(|found| (found.status().as_u16(), found.code()))
            .collect();
        let sorted = [
            (400, "validation_failed"),
            (403, "forbidden"),
            (409, "conflict"),
            (422, "validation_failed"),
        ];
        assert_eq!(found, sorted);
    }

    #[test]
    fn guard_in_front_adds_its_policy_its_security_and_its_problems() {
        let route = RoutePolicy::raw("files").behind::<Caller>();
        assert_eq!(route.policy(), "callers, then raw: files");
        assert_eq!(*route.security(), Caller::security());
        assert_eq!(route.problem_types(), [&FORBIDDEN]);
        assert!(route.is_raw() && !route.is_documented());
    }
}
