//! Hints from the table of routes: what a request that failed may have meant, and whether its route
//! declares the error.

use http::{Method, header};

use crate::error::ApiError;
use crate::guard::{RoutePolicy, RouteTable};
use crate::problem::{INTERNAL_ERROR, METHOD_NOT_ALLOWED, ROUTE_NOT_FOUND};
use crate::render::Failure;

/// The least similarity of a route that is named, from 0 to 1.
const SIMILAR: f64 = 0.6;
/// The maximum number of routes that are named.
const MAX_ROUTES: usize = 3;

/// The routes of a service.
#[derive(Debug)]
pub(super) struct Routes(Vec<RoutePolicy>);

impl Routes {
    pub(super) fn new(table: &RouteTable) -> Self {
        let is_path = |route: &&RoutePolicy| !route.is_raw() && !route.is_fallback();
        Self(table.iter().filter(is_path).cloned().collect())
    }

    /// Returns what helps with a failed request for `path`, as sentences.
    pub(super) fn hints(failure: &Failure, path: &str) -> Vec<String> {
        let error = failure.error();
        let context = failure.context();
        let table = failure.attached::<Self>();
        let code = error.problem().code();
        if code == ROUTE_NOT_FOUND.code() {
            return table.map(|table| table.similar(path)).unwrap_or_default();
        }
        if code == METHOD_NOT_ALLOWED.code() {
            let methods = table.map(|table| table.methods(path)).unwrap_or_default();
            let methods = if methods.is_empty() { allowed(error) } else { methods };
            let sentence = |methods| format!("`{path}` allows {methods}.");
            return Some(methods)
                .filter(|methods| !methods.is_empty())
                .map(sentence)
                .into_iter()
                .collect();
        }
        let route = context.route();
        let found = table.zip(route).and_then(|(table, route)| table.find(context.method(), route));
        found.and_then(|route| undeclared(route, error)).into_iter().collect()
    }

    /// Returns the address of the documentation of the problem type: a URL, or a path that a route
    /// answers, such as that of a catalog.
    pub(super) fn documentation(failure: &Failure) -> Option<String> {
        let members = failure.members();
        let (_, uri) = members.iter().find(|(name, _)| name == "type")?;
        let uri = uri.as_str()?;
        let is_url = ["http://", "https://"].iter().any(|scheme| uri.starts_with(scheme));
        let table = failure.attached::<Self>();
        (is_url || table.is_some_and(|table| table.has_page(uri))).then(|| uri.to_owned())
    }

    fn has_page(&self, path: &str) -> bool {
        let is_page = |route: &&RoutePolicy| route.method() == "GET" && matches(route.path(), path);
        path.starts_with('/') && !path.starts_with("//") && self.0.iter().any(|it| is_page(&it))
    }

    fn find(&self, method: &Method, path: &str) -> Option<&RoutePolicy> {
        let is_meant = |route: &&RoutePolicy| {
            route.path() == path && (route.method() == method.as_str() || route.method() == "*")
        };
        self.0.iter().find(is_meant)
    }

    /// Returns the methods of the routes that match a path.
    fn methods(&self, path: &str) -> String {
        let mut methods: Vec<_> = self
            .0
            .iter()
            .filter(|route| matches(route.path(), path))
            .map(RoutePolicy::method)
            .collect();
        methods.sort_unstable();
        methods.dedup();
        methods.join(", ")
    }

    fn similar(&self, path: &str) -> Vec<String> {
        let twin = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        if self.0.iter().any(|route| matches(route.path(), &twin)) {
            return vec![format!(
                "`{path}` matches no route, but `{twin}` does: a slash at the end makes another path."
            )];
        }
        let mut found: Vec<_> = self
            .0
            .iter()
            .map(|route| (similarity(route.path(), path), route))
            .filter(|(similarity, _)| *similarity >= SIMILAR)
            .collect();
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut paths: Vec<&str> = Vec::new();
        for (_, route) in found {
            if !paths.contains(&route.path()) {
                paths.push(route.path());
            }
        }
        let sentence = |path: &&str| format!("Did you mean `{path}` ({})?", self.methods_of(path));
        paths.iter().take(MAX_ROUTES).map(sentence).collect()
    }

    fn methods_of(&self, path: &str) -> String {
        let routes = self.0.iter().filter(|route| route.path() == path);
        routes.map(RoutePolicy::method).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the methods that the error itself names.
fn allowed(error: &ApiError) -> String {
    let allow = error.headers().iter().find(|(name, _)| *name == header::ALLOW);
    allow.and_then(|(_, value)| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// Returns a sentence if a route does not declare an error that clients have to know.
fn undeclared(route: &RoutePolicy, error: &ApiError) -> Option<String> {
    let (code, status) = (error.problem().code(), error.problem().status());
    // It needs no declaration, because any route can fail.
    if code == INTERNAL_ERROR.code() || !route.is_documented() {
        return None;
    }
    let is_declared = route.problem_types().iter().any(|known| known.code() == code);
    (!is_declared).then(|| {
        let (method, path) = (route.method(), route.path());
        format!(
            "`{method} {path}` does not declare `{code}` ({status}), so its documentation lacks it."
        )
    })
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

/// Whether a path matches the pattern of a route.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), segments.next()) {
            (None, None) => return true,
            (Some(pattern), Some(_)) if pattern.starts_with("{*") => return true,
            (Some(pattern), Some(segment)) if is_parameter(pattern) && !segment.is_empty() => {}
            (Some(pattern), Some(segment)) if pattern == segment => {}
            _ => return false,
        }
    }
}

/// Returns how similar a path is to the pattern of a route, whose parameters may be anything.
fn similarity(pattern: &str, path: &str) -> f64 {
    let mut segments = path.split('/');
    let filled: Vec<&str> = pattern
        .split('/')
        .map(|pattern| {
            let segment = segments.next().filter(|segment| !segment.is_empty());
            if is_parameter(pattern) { segment.unwrap_or(pattern) } else { pattern }
        })
        .collect();
    // A longer path would take long, and is similar to nothing.
    if path.len() > 256 {
        0.0
    } else {
        strsim::normalized_damerau_levenshtein(&filled.join("/"), path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::RouteGuard;
    use crate::problem::{CONFLICT, ProblemTypes, Types};

    struct Public;

    impl RouteGuard for Public {
        fn policy() -> String {
            "public".to_owned()
        }

        fn security() -> crate::guard::Security {
            crate::guard::Security::NONE
        }
    }

    impl ProblemTypes for Public {
        const TYPES: Types = Types { own: &[&CONFLICT], others: &[] };
    }

    fn routes() -> Routes {
        let routes =
            [("GET", "/kbs"), ("POST", "/kbs"), ("GET", "/kbs/{kb}"), ("GET", "/files/{*path}")];
        Routes(routes.map(|(method, path)| RoutePolicy::guarded::<Public>(method, path)).to_vec())
    }

    #[test]
    fn nearest_routes_are_named() {
        assert_eq!(routes().similar("/kb"), ["Did you mean `/kbs` (GET, POST)?"]);
        assert_eq!(routes().similar("/kbz/7")[0], "Did you mean `/kbs/{kb}` (GET)?");
        assert_eq!(routes().similar("/"), Vec::<String>::new());
        assert_eq!(routes().similar(&"/x".repeat(10_000)), Vec::<String>::new());
    }

    #[test]
    fn slash_at_the_end_is_explained() {
        for (path, twin) in [("/kbs/", "/kbs"), ("/kbs/7/", "/kbs/7"), ("/files", "/files/")] {
            let hints = routes().similar(path);
            assert!(hints[0].contains(&format!("`{twin}` does")), "{hints:?}");
        }
    }

    #[test]
    fn methods_of_a_path_are_those_of_its_routes() {
        assert_eq!(routes().methods("/kbs"), "GET, POST");
        assert_eq!(routes().methods("/files/a/b"), "GET");
        assert_eq!(routes().methods("/nowhere"), "");
    }

    #[test]
    fn documentation_is_a_path_that_a_route_answers() {
        assert!(routes().has_page("/kbs/not_found"));
        for other in ["/problems/not_found", "//kbs/a", "kbs/a", "", "/kbs/a/b"] {
            assert!(!routes().has_page(other), "{other}");
        }
    }

    #[test]
    fn undeclared_error_is_flagged() {
        let routes = routes();
        let route = routes.find(&Method::GET, "/kbs").unwrap();
        assert_eq!(undeclared(route, &ApiError::conflict("taken")), None);
        assert_eq!(undeclared(route, &ApiError::internal_error()), None);
        let hint = undeclared(route, &ApiError::not_found("gone")).unwrap();
        assert!(hint.starts_with("`GET /kbs` does not declare `not_found` (404)"), "{hint}");
    }
}
