//! A function for every method. Written out: what a macro writes is hard to read in an error message.

use axum::handler::Handler;
use axum::routing::{any, delete, get, head, options, patch, post, put};

use super::{GuardedHandler, GuardedRouter};

/// Several methods of one path are several calls. Each panics when the path is none of axum's, or has
/// this method already.
impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// A route for `GET`, and for `HEAD` where nothing else answers it.
    #[track_caller]
    pub fn get<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("GET", path, handler, get::<_, T, S>)
    }

    /// A route for `HEAD`.
    #[track_caller]
    pub fn head<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("HEAD", path, handler, head::<_, T, S>)
    }

    /// A route for `POST`.
    #[track_caller]
    pub fn post<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("POST", path, handler, post::<_, T, S>)
    }

    /// A route for `PUT`.
    #[track_caller]
    pub fn put<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("PUT", path, handler, put::<_, T, S>)
    }

    /// A route for `PATCH`.
    #[track_caller]
    pub fn patch<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("PATCH", path, handler, patch::<_, T, S>)
    }

    /// A route for `DELETE`.
    #[track_caller]
    pub fn delete<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("DELETE", path, handler, delete::<_, T, S>)
    }

    /// A route for `OPTIONS`.
    #[track_caller]
    pub fn options<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("OPTIONS", path, handler, options::<_, T, S>)
    }

    /// A route for every method.
    #[track_caller]
    pub fn any<H, T>(self, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: GuardedHandler + 'static,
    {
        self.route::<H, T>("*", path, handler, any::<_, T, S>)
    }
}
