use super::matched::Methods;
use crate::guard::RouteGuard;
use crate::problem::{ProblemType, ProblemTypes, Types};

/// One route of a [`GuardedRouter`](super::GuardedRouter), and which callers may call it.
#[derive(Debug, Clone)]
pub struct RoutePolicy {
    method: &'static str,
    path: String,
    policy: String,
    kind: Kind,
    methods: Methods,
}

#[derive(Debug, Clone)]
enum Kind {
    Guarded(Types),
    Raw,
}

impl RoutePolicy {
    pub(super) fn guarded<G: RouteGuard>(method: &'static str, path: &str) -> Self {
        let kind = Kind::Guarded(<G as ProblemTypes>::TYPES);
        let methods = Methods::of(method);
        Self { method, path: path.to_owned(), policy: G::policy(), kind, methods }
    }

    pub(super) fn raw(reason: &str) -> Self {
        let path = "/{*raw}".to_owned();
        let policy = format!("raw: {reason}");
        Self { method: "*", path, policy, kind: Kind::Raw, methods: Methods::of("*") }
    }

    /// Returns the route below a prefix, joined as axum joins paths: the root of a nested router is
    /// the prefix itself.
    pub(super) fn below(self, prefix: &str) -> Self {
        let path = match (prefix.strip_suffix('/'), &*self.path) {
            (Some(prefix), path) => format!("{prefix}{path}"),
            (None, "/") => prefix.to_owned(),
            (None, path) => format!("{prefix}{path}"),
        };
        Self { path, ..self }
    }

    /// Returns the methods of all routes of the path.
    pub(super) const fn methods(&self) -> &Methods {
        &self.methods
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

    /// Returns whether these are raw routes, whose guards are unknown.
    pub const fn is_raw(&self) -> bool {
        matches!(self.kind, Kind::Raw)
    }

    /// Returns the problem types with which the guard rejects, each once.
    pub fn problem_types(&self) -> Vec<&'static ProblemType> {
        let Kind::Guarded(types) = &self.kind else {
            return Vec::new();
        };
        let mut unique = Vec::new();
        for problem_type in types.iter() {
            if !unique.contains(&problem_type) {
                unique.push(problem_type);
            }
        }
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::Public;

    #[test]
    fn paths_are_joined_as_axum_joins_them() {
        let joined = |prefix: &str, path: &str| {
            RoutePolicy::guarded::<Public>("GET", path).below(prefix).path().to_owned()
        };
        assert_eq!(joined("/api", "/kbs"), "/api/kbs");
        assert_eq!(joined("/api", "/"), "/api");
        assert_eq!(joined("/api/", "/"), "/api/");
        assert_eq!(joined("/api/", "/kbs"), "/api/kbs");
    }
}
