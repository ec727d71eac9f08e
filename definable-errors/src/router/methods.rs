//! One method of [`GuardedRouter`] for each HTTP method. They are written out, because code from a
//! macro is hard to read in an error message.

use axum::routing::{any, delete, get, head, options, patch, post, put};

use super::{DocumentedArguments, GuardedArguments, GuardedRouter, HandlerOutput, RouteHandler};

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
