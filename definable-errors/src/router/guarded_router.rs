use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower_layer::Layer;
use tower_service::Service;

use super::matched::{Matched, NoteRouteLayer};
use super::{GuardedHandler, RoutePolicy, RouteTable};

/// A router whose handlers state which callers may call them: their first argument is a guard.
///
/// A handler without a guard does not compile:
///
/// ```compile_fail
/// # use definable_errors::router::GuardedRouter;
/// let routes: GuardedRouter = GuardedRouter::new().get("/", || async { "for whom?" });
/// ```
///
/// The [module](super) has an example.
#[must_use = "a router does nothing until it is served"]
#[derive(Debug, Clone)]
pub struct GuardedRouter<S = ()> {
    router: Router<S>,
    table: RouteTable,
}

impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// Creates a router without routes.
    pub fn new() -> Self {
        Self { router: Router::new(), table: RouteTable::default() }
    }

    /// Sets the handler for requests that match no route. Its guard is checked first, too.
    ///
    /// # Panics
    ///
    /// Panics later, when another router with a fallback is merged into this one.
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.table.add(RoutePolicy::guarded::<T::Guard>("*", "/{*fallback}"));
        Self { router: self.router.fallback(handler), ..self }
    }

    /// Nests the routes of another router below a prefix.
    ///
    /// # Panics
    ///
    /// Panics if `prefix` is `/`, or if a path already exists.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.table.add_all(other.table, |route| route.below(prefix));
        Self { router: self.router.nest(prefix, other.router), ..self }
    }

    /// Merges the routes of another router into this one.
    ///
    /// # Panics
    ///
    /// Panics if both routers have the same route, or both have a fallback.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.table.add_all(other.table, |route| route);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Merges routes whose guards are unknown, with the reason why that is right, such as for
    /// static files or another crate's router. The route table shows the reason.
    ///
    /// ```
    /// use axum::Router;
    /// use definable_errors::router::GuardedRouter;
    ///
    /// let routes: GuardedRouter = GuardedRouter::new()
    ///     .nest("/docs", GuardedRouter::new().raw(Router::new(), "public pages"));
    /// assert_eq!(routes.table().to_string(), "*  /docs/{*raw}  raw: public pages\n");
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `reason` is empty, or if both routers have the same route.
    #[track_caller]
    pub fn raw(mut self, router: Router<S>, reason: &str) -> Self {
        assert!(!reason.trim().is_empty(), "a raw router has a reason");
        self.table.add(RoutePolicy::raw(reason));
        let router = if router.has_routes() { router.route_layer(NoteRouteLayer) } else { router };
        Self { router: self.router.merge(router), ..self }
    }

    /// Applies a layer to the existing routes, like [`Router::layer`].
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.layer(layer), ..self }
    }

    /// Applies a layer to the existing routes but not to the fallback, like
    /// [`Router::route_layer`].
    ///
    /// # Panics
    ///
    /// Panics if there are no routes yet.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.route_layer(layer), ..self }
    }

    /// Provides the state for the handlers. The result can be merged into a router with another
    /// state.
    pub fn with_state<S2>(self, state: S) -> GuardedRouter<S2> {
        GuardedRouter { router: self.router.with_state(state), table: self.table }
    }

    /// Returns the table of the routes and the callers that may call them.
    pub const fn table(&self) -> &RouteTable {
        &self.table
    }

    /// Converts the router into axum's. Routes that are added to it afterwards are not guarded.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    #[track_caller]
    pub(super) fn route<H, T>(
        mut self,
        method: &'static str,
        path: &str,
        handler: H,
        on: fn(Matched<H>) -> MethodRouter<S>,
    ) -> Self
    where
        T: GuardedHandler,
    {
        let policy = RoutePolicy::guarded::<T::Guard>(method, path);
        let handler = Matched::new(handler, policy.methods().clone());
        self.table.add(policy);
        Self { router: self.router.route(path, on(handler)), ..self }
    }
}

impl<S: Clone + Send + Sync + 'static> Default for GuardedRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> From<GuardedRouter<S>> for Router<S> {
    fn from(router: GuardedRouter<S>) -> Self {
        router.into_router()
    }
}
