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

/// A router whose handlers say who may call them: the first argument is a guard.
///
/// A handler without one does not compile:
///
/// ```compile_fail
/// # use definable_errors::router::GuardedRouter;
/// let routes: GuardedRouter = GuardedRouter::new().get("/", || async { "for whom?" });
/// ```
///
/// The [room](super) shows it at work.
#[must_use = "a router does nothing until it is served"]
#[derive(Debug, Clone)]
pub struct GuardedRouter<S = ()> {
    router: Router<S>,
    table: RouteTable,
}

impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// No route yet.
    pub fn new() -> Self {
        Self { router: Router::new(), table: RouteTable::default() }
    }

    /// What answers where no route fits. Its guard is asked first, too.
    ///
    /// # Panics
    ///
    /// Later, when another router with a fallback is merged into this one.
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.table.add(RoutePolicy::guarded::<T::Guard>("*", "/{*fallback}"));
        Self { router: self.router.fallback(handler), ..self }
    }

    /// The routes of another one, below a prefix.
    ///
    /// # Panics
    ///
    /// When the prefix is `/`, or a path is there already.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.table.add_all(other.table, |route| route.below(prefix));
        Self { router: self.router.nest(prefix, other.router), ..self }
    }

    /// The routes of another one.
    ///
    /// # Panics
    ///
    /// When both have the same route, or a fallback each.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.table.add_all(other.table, |route| route);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Routes of which nobody here knows who may call them, and why that is right: files, another
    /// crate's router. The reason stands in the table.
    ///
    /// ```
    /// use axum::Router;
    /// use definable_errors::router::GuardedRouter;
    ///
    /// let routes: GuardedRouter = GuardedRouter::new()
    ///     .nest("/docs", GuardedRouter::new().raw(Router::new(), "pages for everybody"));
    /// assert_eq!(routes.table().to_string(), "*  /docs/{*raw}  raw: pages for everybody\n");
    /// ```
    ///
    /// # Panics
    ///
    /// When the reason is empty, or both have the same route.
    #[track_caller]
    pub fn raw(mut self, router: Router<S>, reason: &str) -> Self {
        assert!(!reason.trim().is_empty(), "a raw router has a reason");
        self.table.add(RoutePolicy::raw(reason));
        let router = if router.has_routes() { router.route_layer(NoteRouteLayer) } else { router };
        Self { router: self.router.merge(router), ..self }
    }

    /// Puts a layer around the routes that are there: [`Router::layer`].
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

    /// Puts a layer around the routes that are there, and not around what answers where none fits:
    /// [`Router::route_layer`].
    ///
    /// # Panics
    ///
    /// When there is no route yet.
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

    /// Gives the handlers their state. What is left over may go into a router of another state.
    pub fn with_state<S2>(self, state: S) -> GuardedRouter<S2> {
        GuardedRouter { router: self.router.with_state(state), table: self.table }
    }

    /// Who may call what.
    pub const fn table(&self) -> &RouteTable {
        &self.table
    }

    /// The router for axum. What is added to it from now on is not guarded by anything here.
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
