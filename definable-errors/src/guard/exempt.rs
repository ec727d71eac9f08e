use std::sync::Arc;

use http::{request, response};
use tower_layer::Layer;

use super::{Guard, GuardService, Guards};
use crate::error::ApiFuture;
use crate::problem::{ProblemTypes, Types};

/// A guard that skips some paths, such as the path of a health check.
///
/// A path is exempt if it equals one of these exactly, as seen by the router that the guard is
/// layered on.
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
pub struct Exempt<G> {
    guard: G,
    paths: Arc<[String]>,
}

impl<G> Exempt<G> {
    /// Applies the guard to all paths except these.
    ///
    /// # Panics
    ///
    /// Panics if a path does not start with `/`: no request would have such a path.
    pub fn new<P: Into<String>>(guard: G, paths: impl IntoIterator<Item = P>) -> Self {
        let paths: Arc<[String]> = paths.into_iter().map(Into::into).collect();
        let wrong = paths.iter().find(|path| !path.starts_with('/'));
        assert!(wrong.is_none(), "an exempt path starts with /, unlike {wrong:?}");
        Self { guard, paths }
    }

    #[cfg(feature = "stack")]
    pub(crate) const fn shared(guard: G, paths: Arc<[String]>) -> Self {
        Self { guard, paths }
    }

    #[cfg(feature = "stack")]
    pub(crate) fn into_paths(self) -> Arc<[String]> {
        self.paths
    }

    fn is_exempt(&self, request: &request::Parts) -> bool {
        self.paths.iter().any(|path| path == request.uri.path())
    }
}

impl<G: Guard> Guard for Exempt<G> {
    type Permit = Option<G::Permit>;

    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        if self.is_exempt(request) {
            return ApiFuture::ready(Ok(None));
        }
        self.guard.admit(request).map(Some)
    }

    fn on_response(&self, pass: Self::Permit, response: &mut response::Parts) {
        if let Some(pass) = pass {
            self.guard.on_response(pass, response);
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
