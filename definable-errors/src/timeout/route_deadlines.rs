//! Deadlines of single routes, chosen by the path before the request is routed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use matchit::Router;

/// The deadlines of routes, by patterns of the router's syntax. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RouteDeadlines(Option<Arc<Routes>>);

#[derive(Debug, Clone, Default)]
struct Routes {
    router: Router<Duration>,
    /// What the router contains, in the order in which it was added.
    listed: Vec<(String, Duration)>,
}

impl RouteDeadlines {
    /// Adds patterns.
    ///
    /// # Panics
    ///
    /// Panics if a pattern is not one of axum's, or matches the same paths as another one.
    #[track_caller]
    pub(crate) fn with<P: Into<String>>(
        mut self,
        patterns: impl IntoIterator<Item = P>,
        after: Duration,
    ) -> Self {
        for pattern in patterns {
            Arc::make_mut(self.0.get_or_insert_default()).add(pattern.into(), after);
        }
        self
    }

    /// Returns the deadline of the route that matches `path`.
    pub(super) fn find(&self, path: &str) -> Option<Duration> {
        let found = self.0.as_ref()?.router.at(path).ok()?;
        Some(*found.value)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl Routes {
    #[track_caller]
    fn add(&mut self, pattern: String, after: Duration) {
        assert!(pattern.starts_with('/'), "a route pattern starts with /, unlike {pattern:?}");
        // axum rejects the syntax of its earlier versions, which would be plain text now.
        let is_old = pattern.split('/').any(|segment| segment.starts_with([':', '*']));
        assert!(
            !is_old,
            "a parameter of a route pattern is `{{name}}` or `{{*name}}`: {pattern:?}"
        );
        if let Err(error) = self.router.insert(&pattern, after) {
            panic!("the route pattern {pattern:?} cannot have a deadline: {error}");
        }
        self.listed.push((pattern, after));
    }
}

/// Prints the deadlines with their patterns, such as `60s for /export, /reports/{id}`.
impl fmt::Display for RouteDeadlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = self.0.as_ref().map_or(&[][..], |routes| &routes.listed);
        for (index, group) in listed.chunk_by(|one, next| one.1 == next.1).enumerate() {
            let patterns: Vec<_> = group.iter().map(|(pattern, _)| &**pattern).collect();
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{:?} for {}", group[0].1, patterns.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn pattern_matches_as_that_of_a_route() {
        let deadlines = RouteDeadlines::default()
            .with(["/export", "/reports/{id}", "/files/{*path}"], MINUTE)
            .with(["/reports/all"], MINUTE * 2);
        for path in ["/export", "/reports/7", "/files/a/b"] {
            assert_eq!(deadlines.find(path), Some(MINUTE), "{path}");
        }
        assert_eq!(deadlines.find("/reports/all"), Some(MINUTE * 2));
        for path in ["/", "/export/", "/exports", "/reports", "/reports/7/x", "/files/", "export"] {
            assert_eq!(deadlines.find(path), None, "{path}");
        }
        assert_eq!(
            deadlines.to_string(),
            "60s for /export, /reports/{id}, /files/{*path}, 120s for /reports/all"
        );
    }

    #[test]
    fn clone_does_not_see_later_routes() {
        let first = RouteDeadlines::default().with(["/a"], MINUTE);
        let second = first.clone().with(["/b"], MINUTE);
        assert!(first.find("/b").is_none() && second.find("/b").is_some());
        assert!(RouteDeadlines::default().is_empty() && !first.is_empty());
    }

    #[test]
    #[should_panic(expected = "a route pattern starts with /")]
    fn pattern_without_a_slash_panics() {
        let _ = RouteDeadlines::default().with(["export"], MINUTE);
    }

    #[test]
    #[should_panic(expected = "a parameter of a route pattern")]
    fn pattern_of_an_earlier_axum_panics() {
        let _ = RouteDeadlines::default().with(["/export/:id"], MINUTE);
    }

    #[test]
    #[should_panic(expected = "cannot have a deadline")]
    fn pattern_that_has_a_deadline_already_panics() {
        let _ = RouteDeadlines::default().with(["/export/{id}", "/export/{name}"], MINUTE);
    }

    #[test]
    #[should_panic(expected = "cannot have a deadline")]
    fn pattern_with_a_malformed_parameter_panics() {
        let _ = RouteDeadlines::default().with(["/export/{id"], MINUTE);
    }
}
