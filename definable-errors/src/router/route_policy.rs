use super::matched::Methods;
use crate::guard::RouteGuard;
use crate::problem::{ProblemType, ProblemTypes, Types};

/// One route of a [`GuardedRouter`](super::GuardedRouter), and who may call it.
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

    /// As axum joins paths: the root of what is nested is the prefix itself.
    pub(super) fn below(self, prefix: &str) -> Self {
        let path = match (prefix.strip_suffix('/'), &*self.path) {
            (Some(prefix), path) => format!("{prefix}{path}"),
            (None, "/") => prefix.to_owned(),
            (None, path) => format!("{prefix}{path}"),
        };
        Self { path, ..self }
    }

    /// The methods of all routes of the path.
    pub(super) const fn methods(&self) -> &Methods {
        &self.methods
    }

    /// The method; `*` for any. `GET` answers `HEAD`, too.
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The pattern of the path; `{*fallback}` and `{*raw}` stand where there is none.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may call it, in words.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Whether these are routes that nobody here knows.
    pub const fn is_raw(&self) -> bool {
        matches!(self.kind, Kind::Raw)
    }

    /// The problems with which the guard refuses, each once.
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
