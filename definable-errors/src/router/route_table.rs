use std::fmt;

use super::RoutePolicy;

/// The routes of a [`GuardedRouter`](super::GuardedRouter), and which callers may call them.
///
/// Its `Display` prints a line for each route, sorted by path, to compare with a reviewed snapshot.
/// `{:#}` adds the codes with which the guard rejects.
#[derive(Debug, Clone, Default)]
pub struct RouteTable(Vec<RoutePolicy>);

impl RouteTable {
    /// Iterates over the routes in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &RoutePolicy> {
        self.0.iter()
    }

    /// Adds a route. From then on all routes of its path share one list of methods.
    pub(super) fn add(&mut self, route: RoutePolicy) {
        let is_same = |known: &&RoutePolicy| known.path() == route.path();
        let same: Vec<_> = self.0.iter().filter(is_same).chain([&route]).collect();
        if same.len() > 1 {
            let mut methods = Vec::new();
            for method in same.iter().flat_map(|route| route.methods().list()) {
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
            for route in same {
                route.methods().set(&methods);
            }
        }
        self.0.push(route);
    }

    pub(super) fn add_all(&mut self, other: Self, place: impl Fn(RoutePolicy) -> RoutePolicy) {
        other.0.into_iter().map(place).for_each(|route| self.add(route));
    }
}

impl fmt::Display for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut routes: Vec<_> = self.0.iter().collect();
        routes.sort_by_key(|route| route.path());
        let width = |of: fn(&RoutePolicy) -> &str| {
            routes.iter().map(|route| of(route).chars().count()).max().unwrap_or_default()
        };
        let (methods, paths) = (width(|route| route.method()), width(|route| route.path()));
        for route in &routes {
            let (method, path, policy) = (route.method(), route.path(), route.policy());
            writeln!(f, "{method:methods$}  {path:paths$}  {policy}")?;
            if f.alternate() {
                for problem_type in route.problem_types() {
                    let status = problem_type.status().as_u16();
                    writeln!(f, "{:methods$}    {status} {}", "", problem_type.code())?;
                }
            }
        }
        Ok(())
    }
}
