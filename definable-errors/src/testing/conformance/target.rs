//! The routes that a run knows, with paths that can be requested.

use std::collections::BTreeMap;

use http::Method;

use crate::guard::{RoutePolicy, RouteTable};

/// A method and the pattern of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) method: Method,
    pub(super) pattern: String,
}

/// What the paths of all routes are completed with.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    /// The values of path parameters by their names.
    pub(super) values: BTreeMap<String, String>,
    /// The pairs of the query, joined by `&`.
    pub(super) query: String,
}

impl Parameters {
    fn value(&self, name: &str) -> String {
        self.values.get(name).map_or("1", String::as_str).to_owned()
    }

    fn with_query(&self, mut path: String) -> String {
        if !self.query.is_empty() {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&self.query);
        }
        path
    }
}

impl Target {
    pub(super) fn new(method: Method, pattern: &str) -> Self {
        Self { method, pattern: pattern.to_owned() }
    }

    /// Returns the routes of a table that have a path. A route for every method is requested with two.
    pub(super) fn of_table(table: &RouteTable) -> Vec<Self> {
        let has_path = |route: &&RoutePolicy| !route.is_raw() && !route.is_fallback();
        let methods = |route: &RoutePolicy| match route.method() {
            "*" => vec![Method::GET, Method::POST],
            name => Method::from_bytes(name.as_bytes()).into_iter().collect(),
        };
        let targets = |route: &RoutePolicy| -> Vec<Self> {
            methods(route).into_iter().map(|method| Self::new(method, route.path())).collect()
        };
        table.iter().filter(has_path).flat_map(targets).collect()
    }

    /// Returns the path with the values of its parameters; one that is not known is `1`.
    pub(super) fn path(&self, parameters: &Parameters) -> String {
        parameters.with_query(self.filled(|name| parameters.value(name)))
    }

    /// Returns the path with the same value for all parameters, or `None` if there are none.
    pub(super) fn path_with(&self, value: &str, parameters: &Parameters) -> Option<String> {
        let path = || parameters.with_query(self.filled(|_| value.to_owned()));
        self.pattern.contains('{').then(path)
    }

    /// Returns whether the request has a body.
    pub(super) fn has_body(&self) -> bool {
        ["POST", "PUT", "PATCH", "QUERY"].contains(&self.method.as_str())
    }

    fn filled(&self, value: impl Fn(&str) -> String) -> String {
        let (mut filled, mut rest) = (String::new(), &*self.pattern);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(&value(name.trim_start_matches('*')));
            rest = after;
        }
        filled + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_filled_in() {
        let target = Target::new(Method::GET, "/orgs/{org}/files/{*path}?page=1");
        let values = BTreeMap::from([("org".to_owned(), "acme".to_owned())]);
        let known = Parameters { values, query: "sort=name".to_owned() };
        assert_eq!(target.path(&known), "/orgs/acme/files/1?page=1&sort=name");
        let none = Parameters::default();
        assert_eq!(target.path_with("x", &none).unwrap(), "/orgs/x/files/x?page=1");
        let orgs = Target::new(Method::GET, "/orgs");
        assert_eq!(orgs.path(&known), "/orgs?sort=name");
        assert_eq!(orgs.path_with("x", &known), None);
    }
}
