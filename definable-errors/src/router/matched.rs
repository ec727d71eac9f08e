//! Information that the layer cannot see from outside: that a route matched, and the methods of its
//! path; and the table of all routes.
//!
//! axum's `MatchedPath` of a nested service exists only inside it, and a 405 that a handler returns
//! has no list of methods. So the routes of a `GuardedRouter` record the first and add the second.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use http::{HeaderValue, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::context::RequestContext;
use crate::guard::{RoutePolicy, RouteTable};
use crate::problem::Types;
use crate::respond::AllowedMethods;
use crate::support::lock;

/// The methods of one path, in the order in which they were added. All routes of the path share
/// them.
#[derive(Debug, Clone)]
pub(super) struct Methods(Arc<Mutex<Vec<&'static str>>>);

impl Methods {
    pub(super) fn of(method: &'static str) -> Self {
        Self(Arc::new(Mutex::new(vec![method])))
    }

    fn set(&self, methods: &[&'static str]) {
        let mut known = lock(&self.0);
        known.clear();
        known.extend_from_slice(methods);
    }

    fn list(&self) -> Vec<&'static str> {
        lock(&self.0).clone()
    }

    /// Returns the value of `Allow`, as axum writes it, or `None` if the path accepts any method.
    fn allowed(&self) -> Option<AllowedMethods> {
        let methods = self.list();
        if methods.contains(&"*") {
            return None;
        }
        let mut names: Vec<&str> = Vec::new();
        for method in methods {
            // A route for `GET` also answers `HEAD`.
            let answered = if method == "GET" { &["GET", "HEAD"][..] } else { &[method] };
            for name in answered {
                if !names.contains(name) {
                    names.push(name);
                }
            }
        }
        HeaderValue::from_str(&names.join(",")).ok().map(AllowedMethods)
    }
}

/// A handler whose route records that it matched.
#[derive(Clone)]
pub(super) struct Matched<H> {
    handler: H,
    methods: Methods,
}

impl<H> Matched<H> {
    pub(super) const fn new(handler: H, methods: Methods) -> Self {
        Self { handler, methods }
    }
}

impl<H, T, S> Handler<T, S> for Matched<H>
where
    H: Handler<T, S>,
{
    type Future = MatchedFuture<H::Future>;

    fn call(self, request: Request, state: S) -> Self::Future {
        RequestContext::note_route(request.extensions());
        MatchedFuture { future: self.handler.call(request, state), methods: self.methods }
    }
}

pin_project! {
    /// The response future of [`Matched`].
    pub(super) struct MatchedFuture<F> {
        #[pin]
        future: F,
        methods: Methods,
    }
}

impl<F: Future<Output = Response>> Future for MatchedFuture<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = self.project();
        let mut response = ready!(this.future.poll(cx));
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            if let Some(allowed) = this.methods.allowed() {
                response.extensions_mut().insert(allowed);
            }
        }
        Poll::Ready(response)
    }
}

/// A layer that makes the routes of a raw router record that they matched.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoteRouteLayer;

impl<S> Layer<S> for NoteRouteLayer {
    type Service = NoteRoute<S>;

    fn layer(&self, inner: S) -> NoteRoute<S> {
        NoteRoute(inner)
    }
}

/// The service of [`NoteRouteLayer`].
#[derive(Debug, Clone)]
pub(super) struct NoteRoute<S>(S);

impl<S: Service<Request>> Service<Request> for NoteRoute<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        RequestContext::note_route(request.extensions());
        self.0.call(request)
    }
}

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
