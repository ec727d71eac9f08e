//! The router: axum's, with a table of its routes, and the guard of those that are open to everyone.

use std::convert::Infallible;
use std::marker::PhantomData;

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route, any, delete, get, head, options, patch, post, put};
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

use super::matched::{Matched, NoteRouteLayer, Routes};
use super::{DocumentedArguments, DocumentedLayer, GuardedArguments, HandlerOutput, RouteHandler};
use crate::guard::{RouteGuard, RoutePolicy, RouteTable};
use crate::problem::{ProblemTypes, Types};

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
    routes: Routes,
}

impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// Creates a router without routes.
    pub fn new() -> Self {
        Self { router: Router::new(), routes: Routes::default() }
    }

    /// Sets the handler for requests that match no route. Its guard is checked first, too.
    ///
    /// # Panics
    ///
    /// Panics later, when another router with a fallback is merged into this one.
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        let route = RoutePolicy::fallback::<T::Guard>();
        self.routes.add(route.with_problem_types(Problems::<H, T, S>::AFTER_GUARD));
        Self { router: self.router.fallback(handler), ..self }
    }

    /// Nests the routes of another router below a prefix.
    ///
    /// # Panics
    ///
    /// Panics if `prefix` is `/`, or if a path already exists.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.routes.add_all(other.routes, |route| route.below(prefix));
        Self { router: self.router.nest(prefix, other.router), ..self }
    }

    /// Merges the routes of another router into this one.
    ///
    /// # Panics
    ///
    /// Panics if both routers have the same route, or both have a fallback.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.add_all(other.routes, |route| route);
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
        self.routes.add(RoutePolicy::raw(reason));
        let router = if router.has_routes() { router.route_layer(NoteRouteLayer) } else { router };
        Self { router: self.router.merge(router), ..self }
    }

    /// Applies a layer to the existing routes and the fallback, like [`Router::layer`]. The route
    /// table gets its problem types, and the policy of a guard.
    ///
    /// A layer that does not declare its problem types is wrapped by
    /// [`undocumented`](super::undocumented) or [`documented`](super::documented).
    ///
    /// ```
    /// use definable_errors::guard;
    /// use definable_errors::router::{GuardedRouter, Public};
    /// # use axum::extract::FromRequestParts;
    /// # use definable_errors::guard::RouteGuard;
    /// # use definable_errors::problem::{FORBIDDEN, ProblemTypes, Types};
    /// # struct Internal;
    /// # impl RouteGuard for Internal {
    /// #     fn policy() -> String { "internal callers".to_owned() }
    /// # }
    /// # impl ProblemTypes for Internal {
    /// #     const TYPES: Types = Types { own: &[&FORBIDDEN], others: &[] };
    /// # }
    /// # impl<S: Sync> FromRequestParts<S> for Internal {
    /// #     type Rejection = std::convert::Infallible;
    /// #     async fn from_request_parts(
    /// #         _: &mut http::request::Parts,
    /// #         _: &S,
    /// #     ) -> Result<Self, Self::Rejection> {
    /// #         Ok(Self)
    /// #     }
    /// # }
    ///
    /// let routes: GuardedRouter = GuardedRouter::new()
    ///     .get("/metrics", |_: Public| async { "requests 7" })
    ///     .layer(guard::from_extractor::<Internal, _>(()));
    /// assert_eq!(
    ///     routes.table().to_string(),
    ///     "\
    /// GET  /metrics  internal callers, then public
    ///        403  forbidden
    /// "
    /// );
    /// ```
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: DocumentedLayer + Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.layer(layer), routes: self.routes.map(L::describe) }
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
        L: DocumentedLayer + Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let describe =
            |route: RoutePolicy| if route.is_fallback() { route } else { L::describe(route) };
        Self { router: self.router.route_layer(layer), routes: self.routes.map(describe) }
    }

    /// Provides the state for the handlers. The result can be merged into a router with another
    /// state.
    pub fn with_state<S2>(self, state: S) -> GuardedRouter<S2> {
        GuardedRouter { router: self.router.with_state(state), routes: self.routes }
    }

    /// Returns the table of the routes: the callers that may call them, and the problems that they
    /// can respond with.
    pub const fn table(&self) -> &RouteTable {
        self.routes.table()
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
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments,
    {
        let guarded = RoutePolicy::guarded::<T::Guard>;
        let types = Problems::<H, T, S>::AFTER_GUARD;
        let methods = self.routes.add_guarded(method, path, guarded, types);
        Self { router: self.router.route(path, on(Matched::new(handler, methods))), ..self }
    }
}

/// The problem types of a handler, as constants: nothing is collected for each handler at run time.
struct Problems<H, T, S>(PhantomData<(H, T, S)>);

impl<H, T, S> Problems<H, T, S>
where
    H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
{
    const AFTER_GUARD: Types = Types {
        own: &[],
        others: &[
            <H::Arguments as DocumentedArguments>::TYPES,
            <H::Output as HandlerOutput>::TYPES,
        ],
    };
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

/// Several methods of one path need several calls. Each panics if the path is not valid in axum, or
/// already has a route for this method.
impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// Routes `GET` requests, and `HEAD` requests unless another route handles them.
    #[track_caller]
    pub fn get<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("GET", path, handler, get::<_, T, S>)
    }

    /// Routes `HEAD` requests.
    #[track_caller]
    pub fn head<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("HEAD", path, handler, head::<_, T, S>)
    }

    /// Routes `POST` requests.
    #[track_caller]
    pub fn post<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("POST", path, handler, post::<_, T, S>)
    }

    /// Routes `PUT` requests.
    #[track_caller]
    pub fn put<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("PUT", path, handler, put::<_, T, S>)
    }

    /// Routes `PATCH` requests.
    #[track_caller]
    pub fn patch<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("PATCH", path, handler, patch::<_, T, S>)
    }

    /// Routes `DELETE` requests.
    #[track_caller]
    pub fn delete<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("DELETE", path, handler, delete::<_, T, S>)
    }

    /// Routes `OPTIONS` requests.
    #[track_caller]
    pub fn options<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("OPTIONS", path, handler, options::<_, T, S>)
    }

    /// Routes requests of every method.
    #[track_caller]
    pub fn any<H, T>(self, path: &str, handler: H) -> Self
    where
        H: RouteHandler<T, S, Arguments: DocumentedArguments, Output: HandlerOutput>,
        T: GuardedArguments + 'static,
    {
        self.route::<H, T>("*", path, handler, any::<_, T, S>)
    }
}

/// A guard that admits every caller: the first argument of a handler whose route is open on
/// purpose.
///
/// ```
/// use definable_errors::router::{GuardedRouter, Public};
///
/// async fn health(_: Public) -> &'static str {
///     "ok"
/// }
///
/// let routes: GuardedRouter = GuardedRouter::new().get("/health", health);
/// # let _ = routes;
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Public;

impl<S: Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl RouteGuard for Public {
    fn policy() -> String {
        "public".to_owned()
    }
}

impl ProblemTypes for Public {
    const TYPES: Types = Types::EMPTY;
}
