//! Paths that a guard does not apply to.

use std::fmt;
use std::sync::Arc;

use http::{request, response};
use tower_layer::Layer;

use super::{Guard, GuardService, Guards};
use crate::error::ApiFuture;
use crate::problem::{ProblemTypes, Types};

/// A guard that skips some paths, such as the path of a health check.
///
/// A path is exempt if it equals one of these exactly: case and a trailing slash matter, the query
/// does not, and there are no patterns. The path is the one that the guard sees, so in a nested
/// router it lacks the prefix at which the router is nested. The method `exempt` of limits and of
/// the stack compares in the same way.
///
/// ```
/// use std::time::Duration;
///
/// use axum::{Router, routing::get};
/// use definable_errors::ApiError;
/// use definable_errors::error::ApiFuture;
/// use definable_errors::guard::{Exempt, Guard};
///
/// #[derive(Clone)]
/// struct Repairs;
///
/// impl Guard for Repairs {
///     type Permit = ();
///
///     fn admit(&self, _request: &mut http::request::Parts) -> ApiFuture<'static, ()> {
///         let ten_minutes = Duration::from_secs(600);
///         ApiFuture::ready(Err(ApiError::service_unavailable(ten_minutes)))
///     }
/// }
///
/// let app: Router = Router::new()
///     .route("/health", get(|| async { "alive" }))
///     .layer(Exempt::new(Repairs, ["/health"]));
/// # let _ = app;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Exempt<G> {
    guard: G,
    paths: ExemptPaths,
}

impl<G> Exempt<G> {
    /// Applies the guard to all paths except these.
    ///
    /// # Panics
    ///
    /// Panics if a path does not start with `/`, or contains a query or a pattern: no request would
    /// have such a path.
    #[track_caller]
    pub fn new<P: Into<String>>(guard: G, paths: impl IntoIterator<Item = P>) -> Self {
        Self { guard, paths: ExemptPaths::default().with(paths) }
    }

    #[cfg(feature = "stack")]
    pub(crate) const fn from_paths(guard: G, paths: ExemptPaths) -> Self {
        Self { guard, paths }
    }
}

/// The paths that a guard skips.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExemptPaths(Arc<[String]>);

impl ExemptPaths {
    /// Adds paths, and panics for one that no request can have.
    #[track_caller]
    pub(crate) fn with<P: Into<String>>(&self, paths: impl IntoIterator<Item = P>) -> Self {
        let paths: Vec<String> = paths.into_iter().map(Into::into).collect();
        for path in &paths {
            assert!(
                is_literal(path),
                "an exempt path is a literal path that starts with `/`, such as `/health`, not \
                 {path:?}"
            );
        }
        Self(self.0.iter().cloned().chain(paths).collect())
    }

    pub(crate) fn contain(&self, request: &request::Parts) -> bool {
        self.0.iter().any(|path| path == request.uri.path())
    }
}

fn is_literal(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"?#*{}".contains(&byte);
    path.starts_with('/') && path.bytes().all(is_plain)
}

/// Prints nothing without paths, and else the exception that they are.
impl fmt::Display for ExemptPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            [] => Ok(()),
            paths => write!(f, ", but not {}", paths.join(", ")),
        }
    }
}

impl<G: Guard> Guard for Exempt<G> {
    type Permit = Option<G::Permit>;

    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        if self.paths.contain(request) {
            return ApiFuture::ready(Ok(None));
        }
        self.guard.admit(request).map(Some)
    }

    fn on_response(&self, permit: Self::Permit, response: &mut response::Parts) {
        if let Some(permit) = permit {
            self.guard.on_response(permit, response);
        }
    }
}

impl<S, G: Guard> Layer<S> for Exempt<G> {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().before(inner)
    }
}

impl<G: ProblemTypes> ProblemTypes for Exempt<G> {
    const TYPES: Types = G::TYPES;
}
