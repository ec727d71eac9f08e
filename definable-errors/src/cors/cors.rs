//! The layer for CORS, and its kinds of allowed origins, so that forbidden combinations do not
//! compile.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "stack")]
use http::HeaderValue;
use http::{HeaderName, Method};
use tower_http::cors::{AllowMethods, AllowOrigin, Any, CorsLayer};
use tower_layer::Layer;

use super::CorsService;
use super::policy::{AllowedOrigins, Policy, is_local};
use crate::context::OriginError;
use crate::problem::{ProblemTypes, Types};
use crate::support::Origin;

/// A list of origins; [`credentials`](super::Cors::credentials) adds credentials.
#[derive(Debug, Clone, Copy)]
pub struct OriginList(());

/// A list of origins whose pages may send credentials.
#[derive(Debug, Clone, Copy)]
pub struct CredentialedOrigins(());

/// Origins that any page can have, so pages of them may not send credentials.
#[derive(Debug, Clone, Copy)]
pub struct AnyOrigin(());

/// A layer that controls what pages of other origins may read and send. Put it outside all other
/// layers.
///
/// The type parameter states which origins are allowed, so that forbidden combinations do not
/// compile; the [module](crate::cors) has the table.
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Cors<O> {
    // Shared, because a router that has not been given its state yet creates its services for every
    // request.
    policy: Arc<Policy>,
    who: PhantomData<O>,
}

impl Cors<OriginList> {
    /// Allows pages of these origins, each `scheme://host[:port]` as browsers send it.
    ///
    /// ```
    /// use definable_errors::cors::Cors;
    ///
    /// let setting = "https://app.example.com,https://admin.example.com";
    /// assert!(Cors::origins(setting.split(',')).is_ok());
    ///
    /// let error = Cors::origins(["https://app.example.com/"]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "expected an origin, `scheme://host[:port]`, not \"https://app.example.com/\": it ends \
    ///      before the first `/`, `?` or `#` of the address",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if an item is not an origin, or is `null` or `*`. No page would ever match
    /// the first; for the others there are [`null_origin`](Cors::null_origin) and
    /// [`any_origin`](Cors::any_origin).
    pub fn origins<T>(origins: impl IntoIterator<Item = T>) -> Result<Self, OriginError>
    where
        T: AsRef<str>,
    {
        let origins = Origin::parse_all(origins)?;
        let new = Self::new(AllowOrigin::default(), AllowedOrigins::List(Vec::new()));
        Ok(new.with(|policy| policy.set_origins(origins)))
    }

    /// Allows the pages to send cookies and other credentials of the user, and to read the
    /// responses.
    pub fn credentials(self) -> Cors<CredentialedOrigins> {
        self.with(Policy::allow_credentials).turned()
    }

    /// Also allows pages whose origin is `null`: files and sandboxed frames. Any page can give
    /// itself this origin, so credentials cannot be allowed after this.
    pub fn null_origin(self) -> Cors<AnyOrigin> {
        self.with(Policy::add_null_origin).turned()
    }
}

impl Cors<AnyOrigin> {
    /// Allows pages of every origin. None may send credentials of the user.
    pub fn any_origin() -> Self {
        Self::new(Any.into(), AllowedOrigins::Any)
    }
}

impl Cors<CredentialedOrigins> {
    /// Mirrors the origin, the method and the headers of pages on this machine (`localhost`,
    /// `*.localhost`, `*.test`, `127.0.0.1`, …) and on its private network, with credentials; for
    /// development.
    ///
    /// Other origins are not mirrored: any page of the web may be open in a developer's browser,
    /// and could read what this service returns to its developer.
    pub fn development() -> Self {
        let local = AllowOrigin::predicate(|origin, _| is_local(origin));
        Self::new(local, AllowedOrigins::Local)
            .with(Policy::mirror_request)
            .with(Policy::allow_credentials)
    }
}

impl<O> Cors<O> {
    fn new(who: AllowOrigin, allowed: AllowedOrigins) -> Self {
        Self { policy: Arc::new(Policy::new(who, allowed)), who: PhantomData }
    }

    /// Sets the methods that pages may use; default GET, HEAD, POST, PUT, PATCH, DELETE and QUERY.
    pub fn allowed_methods(self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.set(|layer| layer.allow_methods(AllowMethods::list(methods)))
    }

    /// Adds headers that pages may send, besides those for content, credentials, conditions, ids
    /// and trace context.
    pub fn allowed_headers(self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.with(|policy| policy.add_allowed(headers))
    }

    /// Adds headers that pages may read, besides those for ids, waits, limits, challenges, links
    /// and deprecation.
    pub fn exposed_headers(self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.with(|policy| policy.add_exposed(headers))
    }

    /// Sets how long a browser may cache the response to a preflight; default ten minutes.
    pub fn max_age(self, max_age: Duration) -> Self {
        self.set(|layer| layer.max_age(max_age))
    }

    /// Lets pages of the public web call this service inside a private network: answers
    /// `Access-Control-Request-Private-Network`.
    pub fn private_network(self) -> Self {
        self.set(|layer| layer.allow_private_network(true))
    }

    /// Erases the type of the allowed origins.
    #[cfg(feature = "stack")]
    pub(crate) fn anonymous(self) -> Cors<()> {
        self.turned()
    }

    /// Returns whether pages of this origin may send credentials of the user.
    #[cfg(feature = "stack")]
    pub(crate) fn allows_credentials_of(&self, origin: &HeaderValue) -> bool {
        self.policy.allows_credentials_of(origin)
    }

    /// Returns whether pages of all origins are allowed.
    #[cfg(feature = "stack")]
    pub(crate) fn allows_any_origin(&self) -> bool {
        matches!(self.policy.allowed_origins, AllowedOrigins::Any)
    }

    fn set(self, change: impl FnOnce(CorsLayer) -> CorsLayer) -> Self {
        self.with(|policy| policy.set(change))
    }

    fn with(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(Arc::make_mut(&mut self.policy));
        self
    }

    fn turned<P>(self) -> Cors<P> {
        Cors { policy: self.policy, who: PhantomData }
    }
}

impl<S, O> Layer<S> for Cors<O> {
    type Service = CorsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CorsService::new(inner, self.policy.clone())
    }
}

/// CORS rejects nothing: the browser does.
impl<O> ProblemTypes for Cors<O> {
    const TYPES: Types = Types::EMPTY;
}
