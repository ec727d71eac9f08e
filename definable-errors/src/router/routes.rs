//! The routes of a router as data: the table, and the methods that the routes of a path share.

use super::matched::Methods;
use crate::guard::{RoutePolicy, RouteTable};
use crate::problem::Types;

/// The route table of a router, and for each route the methods of its path.
#[derive(Debug, Clone, Default)]
pub(super) struct Routes {
    table: RouteTable,
    methods: Vec<Methods>,
}

impl Routes {
    pub(super) const fn table(&self) -> &RouteTable {
        &self.table
    }

    /// Adds a route with a guard, and returns the methods of its path. It is not generic, because it
    /// would be compiled again for every handler.
    pub(super) fn add_guarded(
        &mut self,
        method: &'static str,
        path: &str,
        guarded: fn(&'static str, &str) -> RoutePolicy,
        after_guard: Types,
    ) -> Methods {
        self.add(guarded(method, path).with_problem_types(after_guard))
    }

    /// Adds a route, and returns the methods of its path.
    pub(super) fn add(&mut self, route: RoutePolicy) -> Methods {
        let methods = Methods::of(route.method());
        self.insert(route, methods.clone());
        methods
    }

    /// Adds the routes of another router.
    pub(super) fn add_all(&mut self, other: Self, place: impl Fn(RoutePolicy) -> RoutePolicy) {
        for (route, methods) in other.table.into_iter().zip(other.methods) {
            self.insert(place(route), methods);
        }
    }

    /// Adds a route. From then on all routes of its path have the same methods.
    fn insert(&mut self, route: RoutePolicy, methods: Methods) {
        let known = self.table.iter().zip(&self.methods);
        let same = known.filter(|(known, _)| known.path() == route.path()).map(|(_, known)| known);
        let same: Vec<_> = same.chain([&methods]).collect();
        if same.len() > 1 {
            let mut all = Vec::new();
            for method in same.iter().flat_map(|methods| methods.list()) {
                if !all.contains(&method) {
                    all.push(method);
                }
            }
            for methods in same {
                methods.set(&all);
            }
        }
        self.table.push(route);
        self.methods.push(methods);
    }

    /// Describes all routes anew.
    pub(super) fn map(self, describe: impl Fn(RoutePolicy) -> RoutePolicy) -> Self {
        Self { table: self.table.into_iter().map(describe).collect(), methods: self.methods }
    }
}
