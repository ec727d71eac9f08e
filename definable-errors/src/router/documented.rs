//! Problem types of what cannot declare them itself: extractors of other crates, handlers that hide
//! their return type, layers.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::handler::Handler;
use axum::middleware::FromExtractorLayer;
use http::request::Parts;
use tower_layer::Layer;

use super::handler::sealed;
use super::{DocumentedArguments, HandlerOutput, RouteHandler};
use crate::guard::{RouteGuard, RoutePolicy};
use crate::problem::{ProblemTypes, Types};

/// An extractor, a handler or a layer whose problems are not known.
///
/// It does what the value in it does. A route with it is not
/// [documented](crate::guard::RoutePolicy::is_documented), and the route table says so. As an
/// extractor it is for types of other crates; a type of your own implements
/// [`ProblemTypes`] in three lines.
///
/// ```
/// use axum::extract::FromRequestParts;
/// use definable_errors::router::{GuardedRouter, Public, Undocumented};
/// use http::StatusCode;
/// use http::request::Parts;
///
/// // Assume that another crate defines this extractor.
/// struct Locale(String);
///
/// impl<S: Sync> FromRequestParts<S> for Locale {
///     type Rejection = StatusCode;
///
///     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
///         let language = parts.headers.get("accept-language").ok_or(StatusCode::BAD_REQUEST)?;
///         Ok(Self(language.to_str().map_err(|_| StatusCode::BAD_REQUEST)?.to_owned()))
///     }
/// }
///
/// async fn greet(_: Public, locale: Undocumented<Locale>) -> String {
///     format!("language: {}", locale.0.0)
/// }
///
/// let routes: GuardedRouter = GuardedRouter::new().get("/greeting", greet);
/// assert_eq!(
///     routes.table().to_string(),
///     "\
/// GET  /greeting  public
///        *    undocumented
/// "
/// );
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undocumented<T>(pub T);

/// A handler or a layer with the problem types of `E`; [`documented`] makes it.
pub struct Documented<E, T> {
    inner: T,
    types: PhantomData<fn() -> E>,
}

/// Adds a handler or a layer without knowing its problems.
///
/// It is for a handler that hides its type, such as a closure that returns a
/// [`Response`](axum::response::Response), and for layers of other crates. Its first argument must
/// still be a guard; nothing is required of the other arguments. The route table marks the route as
/// undocumented.
///
/// ```
/// use axum::response::{IntoResponse, Response};
/// use definable_errors::router::{GuardedRouter, Public, undocumented};
///
/// async fn proxy(_: Public) -> Response {
///     "from elsewhere".into_response()
/// }
///
/// let routes: GuardedRouter = GuardedRouter::new().get("/", undocumented(proxy));
/// assert!(!routes.table().iter().all(|route| route.is_documented()));
/// ```
pub const fn undocumented<T>(inner: T) -> Undocumented<T> {
    Undocumented(inner)
}

/// Adds a handler or a layer with the problem types of `E`, for one that cannot declare them itself.
///
/// `E` takes the place of the handler's return type; its arguments declare theirs as always.
/// `documented::<Infallible, _>` adds a handler or a layer that has no problems of its own.
///
/// ```
/// use std::convert::Infallible;
///
/// use axum::response::{IntoResponse, Response};
/// use definable_errors::problem::{CONFLICT, ProblemTypes, Types};
/// use definable_errors::router::{GuardedRouter, Public, documented};
/// use tower::util::MapResponseLayer;
///
/// struct Taken;
///
/// impl ProblemTypes for Taken {
///     const TYPES: Types = Types { own: &[&CONFLICT], others: &[] };
/// }
///
/// async fn reserve(_: Public) -> Response {
///     http::StatusCode::CONFLICT.into_response()
/// }
///
/// let unchanged = MapResponseLayer::new(|response: Response| response);
/// let routes: GuardedRouter = GuardedRouter::new()
///     .post("/seats", documented::<Taken, _>(reserve))
///     .layer(documented::<Infallible, _>(unchanged));
/// assert_eq!(
///     routes.table().to_string(),
///     "\
/// POST  /seats  public
///         409  conflict
/// "
/// );
/// ```
pub const fn documented<E: ProblemTypes, T>(inner: T) -> Documented<E, T> {
    Documented { inner, types: PhantomData }
}

/// A layer of a [`GuardedRouter`](super::GuardedRouter), which declares what it adds to the routes.
///
/// It is implemented for layers that implement [`ProblemTypes`], such as those of this library, and
/// for [`guard::from_extractor`](crate::guard::from_extractor) with a guard. Other layers are
/// wrapped by [`undocumented`] or [`documented`].
#[diagnostic::on_unimplemented(
    message = "the layer `{Self}` does not declare its problem types: write `undocumented(layer)` or `documented::<MyError, _>(layer)`",
    label = "`{Self}` has no problem types",
    note = "a layer that never responds with an error is `documented::<Infallible, _>(layer)`; a layer of your own implements `ProblemTypes`"
)]
pub trait DocumentedLayer {
    /// Returns the route as it is behind the layer.
    fn describe(route: RoutePolicy) -> RoutePolicy;
}

#[diagnostic::do_not_recommend]
impl<L: ProblemTypes> DocumentedLayer for L {
    fn describe(route: RoutePolicy) -> RoutePolicy {
        route.with_problem_types(L::TYPES)
    }
}

impl<G: RouteGuard, S> DocumentedLayer for FromExtractorLayer<G, S> {
    fn describe(route: RoutePolicy) -> RoutePolicy {
        route.behind::<G>()
    }
}

impl<T> ProblemTypes for Undocumented<T> {
    const TYPES: Types = Types::UNDOCUMENTED;
}

impl<E: ProblemTypes, T> ProblemTypes for Documented<E, T> {
    const TYPES: Types = E::TYPES;
}

impl<T> sealed::Arguments for Undocumented<T> {}

impl<T> DocumentedArguments for Undocumented<T> {
    const TYPES: Types = Types::UNDOCUMENTED;
}

impl<T> HandlerOutput for Undocumented<T> {
    const TYPES: Types = Types::UNDOCUMENTED;
}

impl<H, T> sealed::Handler<T> for Undocumented<H> {}

impl<H: Handler<T, S>, T, S> RouteHandler<T, S> for Undocumented<H> {
    type Arguments = Undocumented<T>;
    type Output = Undocumented<()>;
}

impl<H: Handler<T, S>, T, S> Handler<T, S> for Undocumented<H> {
    type Future = H::Future;

    fn call(self, request: Request, state: S) -> H::Future {
        self.0.call(request, state)
    }
}

impl<E, H, T> sealed::Handler<T> for Documented<E, H> {}

impl<E: 'static, H: Handler<T, S>, T, S> RouteHandler<T, S> for Documented<E, H> {
    type Arguments = T;
    type Output = Result<(), E>;
}

impl<E: 'static, H: Handler<T, S>, T, S> Handler<T, S> for Documented<E, H> {
    type Future = H::Future;

    fn call(self, request: Request, state: S) -> H::Future {
        self.inner.call(request, state)
    }
}

impl<S, L: Layer<S>> Layer<S> for Undocumented<L> {
    type Service = L::Service;

    fn layer(&self, inner: S) -> L::Service {
        self.0.layer(inner)
    }
}

impl<S, E, L: Layer<S>> Layer<S> for Documented<E, L> {
    type Service = L::Service;

    fn layer(&self, inner: S) -> L::Service {
        self.inner.layer(inner)
    }
}

impl<S: Sync, T: FromRequestParts<S>> FromRequestParts<S> for Undocumented<T> {
    type Rejection = T::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, T::Rejection> {
        T::from_request_parts(parts, state).await.map(Self)
    }
}

impl<S: Sync, T: FromRequest<S>> FromRequest<S> for Undocumented<T> {
    type Rejection = T::Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, T::Rejection> {
        T::from_request(request, state).await.map(Self)
    }
}

impl<T> Deref for Undocumented<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Undocumented<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// `Clone` is implemented by hand, because `E` need not be `Clone`.
impl<E, T: Clone> Clone for Documented<E, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), types: PhantomData }
    }
}

impl<E, T: fmt::Debug> fmt::Debug for Documented<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Documented").field(&self.inner).finish()
    }
}
