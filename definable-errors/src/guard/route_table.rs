//! The table of all routes of a service.

use std::fmt;

use super::RoutePolicy;

/// The routes of a service, with the callers that may call them and the problems that they can
/// respond with.
///
/// `GuardedRouter::table` (feature `router`) returns it. Its `Display` output is meant for a
/// snapshot that is reviewed like code: a line for each route, sorted by path, and below it a line
/// for each status that it can respond with. A last line `*  undocumented` means that there may be
/// more problems. For raw routes, nothing is listed.
///
/// ```
/// use definable_errors::guard::{RouteGuard, RoutePolicy, RouteTable};
/// use definable_errors::problem::{
///     CONFLICT, FORBIDDEN, MALFORMED_BODY, ProblemTypes, Types, VALIDATION_FAILED,
/// };
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
/// const OF_BODY: Types = Types { own: &[&MALFORMED_BODY, &VALIDATION_FAILED], others: &[] };
/// let table: RouteTable = [
///     RoutePolicy::guarded::<Internal>("GET", "/limits"),
///     RoutePolicy::guarded::<Internal>("PUT", "/limits").with_problem_types(OF_BODY),
/// ]
/// .into_iter()
/// .collect();
///
/// assert_eq!(
///     table.to_string(),
///     "\
/// GET  /limits  internal callers
///        403  forbidden
/// PUT  /limits  internal callers
///        400  malformed_body, validation_failed
///        403  forbidden
/// "
/// );
/// assert_eq!(
///     table.policies().to_string(),
///     "\
/// GET  /limits  internal callers
/// PUT  /limits  internal callers
/// "
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteTable(Vec<RoutePolicy>);

impl RouteTable {
    /// Iterates over the routes in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, RoutePolicy> {
        self.0.iter()
    }

    /// Adds a route.
    pub fn push(&mut self, route: RoutePolicy) {
        self.0.push(route);
    }

    /// Formats the table without the problems: one line for each route.
    pub fn policies(&self) -> impl fmt::Display + '_ {
        Printed { table: self, problems: Problems::Omitted }
    }
}

impl FromIterator<RoutePolicy> for RouteTable {
    fn from_iter<I: IntoIterator<Item = RoutePolicy>>(routes: I) -> Self {
        Self(routes.into_iter().collect())
    }
}

impl Extend<RoutePolicy> for RouteTable {
    fn extend<I: IntoIterator<Item = RoutePolicy>>(&mut self, routes: I) {
        self.0.extend(routes);
    }
}

impl IntoIterator for RouteTable {
    type Item = RoutePolicy;
    type IntoIter = std::vec::IntoIter<RoutePolicy>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a RouteTable {
    type Item = &'a RoutePolicy;
    type IntoIter = std::slice::Iter<'a, RoutePolicy>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printed { table: self, problems: Problems::Listed }.fmt(f)
    }
}

struct Printed<'a> {
    table: &'a RouteTable,
    problems: Problems,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Problems {
    Listed,
    Omitted,
}

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut routes: Vec<_> = self.table.iter().collect();
        routes.sort_by_key(|route| route.path());
        let width = |of: fn(&RoutePolicy) -> &str| {
            routes.iter().map(|route| of(route).chars().count()).max().unwrap_or_default()
        };
        let (methods, paths) = (width(|route| route.method()), width(|route| route.path()));
        for route in &routes {
            let (method, path, policy) = (route.method(), route.path(), route.policy());
            writeln!(f, "{method:methods$}  {path:paths$}  {policy}")?;
            if self.problems == Problems::Listed {
                print_problems(f, route, methods + 4)?;
            }
        }
        Ok(())
    }
}

/// Prints a line for each status.
fn print_problems(
    f: &mut fmt::Formatter<'_>,
    route: &RoutePolicy,
    indentation: usize,
) -> fmt::Result {
    let problem_types = route.problem_types();
    for group in problem_types.chunk_by(|one, next| one.status() == next.status()) {
        let codes: Vec<_> = group.iter().map(|problem_type| problem_type.code()).collect();
        let status = group[0].status().as_u16();
        writeln!(f, "{:indentation$}{status}  {}", "", codes.join(", "))?;
    }
    if !route.is_documented() && !route.is_raw() {
        writeln!(f, "{:indentation$}*    undocumented", "")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::RouteGuard;
    use crate::problem::{ProblemTypes, Types};

    struct Internal;

    impl RouteGuard for Internal {
        fn policy() -> String {
            "internal callers".to_owned()
        }
    }

    impl ProblemTypes for Internal {
        const TYPES: Types = Types { own: &[], others: &[] };
    }

    #[test]
    fn tables_of_routers_are_joined() {
        let route = |path: &str| RoutePolicy::guarded::<Internal>("GET", path);
        let mut table: RouteTable = [route("/a")].into_iter().collect();
        table.extend([route("/b"), route("/c")]);
        assert_eq!(table.into_iter().count(), 3);
    }
}
