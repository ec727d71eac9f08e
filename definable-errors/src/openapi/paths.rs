//! Which route of a table an operation of a document is.

use utoipa::openapi::path::{Operation, PathItem, Paths};

use super::differences::Endpoint;
use crate::guard::{RoutePolicy, RouteTable};

/// All operations of a document.
pub(super) struct Operations<'a>(Vec<(Endpoint, &'a mut Operation)>);

impl<'a> Operations<'a> {
    pub(super) fn of(paths: &'a mut Paths) -> Self {
        let items = paths.paths.iter_mut();
        Self(items.flat_map(|(path, item)| of_item(path, item)).collect())
    }

    /// Returns whether the document describes the route.
    pub(super) fn have(&self, route: &RoutePolicy) -> bool {
        let shape = shape(route.path());
        let is_method = |method: &str| route.method() == "*" || route.method() == method;
        let mut endpoints = self.0.iter().map(|(endpoint, _)| endpoint);
        endpoints.any(|it| is_method(it.method()) && self::shape(it.path()) == shape)
    }
}

impl<'a> IntoIterator for Operations<'a> {
    type Item = (Endpoint, &'a mut Operation);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn of_item<'a>(
    path: &'a str,
    item: &'a mut PathItem,
) -> impl Iterator<Item = (Endpoint, &'a mut Operation)> {
    let fixed = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("HEAD", &mut item.head),
        ("PATCH", &mut item.patch),
        ("TRACE", &mut item.trace),
        ("QUERY", &mut item.query),
    ];
    let fixed =
        fixed.into_iter().filter_map(|(method, it)| Some((method.to_owned(), it.as_mut()?)));
    let others = item.additional_operations.iter_mut().map(|(method, it)| (method.clone(), it));
    fixed.chain(others).map(move |(method, it)| (Endpoint::new(method, path), it))
}

/// Returns the route of an operation. A `GET` route also answers `HEAD`, and one for every method
/// any operation.
pub(super) fn route_of<'t>(table: &'t RouteTable, endpoint: &Endpoint) -> Option<&'t RoutePolicy> {
    let shape = shape(endpoint.path());
    let routes = table.iter().filter(|route| !route.is_raw() && !route.is_fallback());
    let routes: Vec<_> = routes.filter(|route| self::shape(route.path()) == shape).collect();
    let of_method = |method: &str| routes.iter().copied().find(|route| route.method() == method);
    let of_get = || endpoint.is_head().then(|| of_method("GET")).flatten();
    of_method(endpoint.method()).or_else(of_get).or_else(|| of_method("*"))
}

/// Returns the path without the names of its parameters. Paths that differ only in names are the
/// same one in OpenAPI, and axum writes a parameter for the rest of a path as `{*rest}`.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        shape.push_str(before);
        // axum escapes a brace that is no parameter by doubling it.
        if let Some(after) = after.strip_prefix('{') {
            shape.push_str("{{");
            rest = after;
            continue;
        }
        shape.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    shape + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::RouteGuard;
    use crate::problem::{ProblemTypes, Types};

    struct Open;

    impl RouteGuard for Open {
        fn policy() -> String {
            "open".to_owned()
        }
    }

    impl ProblemTypes for Open {
        const TYPES: Types = Types::EMPTY;
    }

    #[test]
    fn names_of_parameters_do_not_matter() {
        assert_eq!(shape("/kbs/{kb_id}/files/{*rest}"), shape("/kbs/{id}/files/{path}"));
        assert_ne!(shape("/kbs/{kb_id}"), shape("/kbs/kb_id"));
        assert_ne!(shape("/kbs/{{id}}"), shape("/kbs/{id}"));
        assert_eq!(shape("/kbs/{id"), "/kbs/{}");
    }

    #[test]
    fn operation_is_found_by_its_method_then_by_get_then_by_any() {
        let table: RouteTable = [
            RoutePolicy::raw("files"),
            RoutePolicy::guarded::<Open>("*", "/a/{x}"),
            RoutePolicy::guarded::<Open>("GET", "/a/{x}"),
            RoutePolicy::guarded::<Open>("PUT", "/b"),
        ]
        .into_iter()
        .collect();
        let found = |method: &str, path: &str| {
            route_of(&table, &Endpoint::new(method, path)).map(RoutePolicy::method)
        };
        assert_eq!(found("GET", "/a/{y}"), Some("GET"));
        assert_eq!(found("HEAD", "/a/{y}"), Some("GET"));
        assert_eq!(found("POST", "/a/{y}"), Some("*"));
        assert_eq!(found("HEAD", "/b"), None);
        assert_eq!(found("PUT", "/b"), Some("PUT"));
        assert_eq!(found("GET", "/{raw}"), None);
    }
}
