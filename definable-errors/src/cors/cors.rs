use std::marker::PhantomData;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, Any, CorsLayer};
use tower_layer::Layer;

use super::names::{ALLOWED, EXPOSED, METHODS};
use super::{Anybody, CorsService, Credentialed, InvalidOrigin, Named, local, origin};

/// What pages of other origins may read and send: a layer, to be put outside of all others.
///
/// The type says whose pages they are, so that what must not be combined cannot be written; the
/// [room](crate::cors) has the table.
#[derive(Debug, Clone)]
pub struct Cors<O> {
    layer: CorsLayer,
    /// Kept to be added to.
    origins: Vec<HeaderValue>,
    allowed: Vec<HeaderName>,
    exposed: Vec<HeaderName>,
    who: PhantomData<O>,
}

impl Cors<Named> {
    /// Pages of these origins, each `scheme://host[:port]` as browsers send it.
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
    /// If one is no origin, or `null`, or `*`: no page would ever match the first, and any page can
    /// be the others.
    pub fn origins<T>(origins: impl IntoIterator<Item = T>) -> Result<Self, InvalidOrigin>
    where
        T: AsRef<str>,
    {
        let checked = origins.into_iter().map(|each| origin::checked(each.as_ref()));
        let origins: Vec<_> = checked.collect::<Result<_, _>>()?;
        Ok(Self::new(AllowOrigin::list(origins.clone()), origins))
    }

    /// The pages may send cookies and other credentials of the user, and read the answers.
    pub fn credentials(self) -> Cors<Credentialed> {
        self.with_layer(|layer| layer.allow_credentials(true)).turned()
    }

    /// Also pages without an origin, which browsers call `null`: files, sandboxed frames. Any page
    /// can make itself one, so there are no credentials after this.
    pub fn null_origin(mut self) -> Cors<Anybody> {
        self.origins.push(HeaderValue::from_static("null"));
        let all = AllowOrigin::list(self.origins.clone());
        self.with_layer(|layer| layer.allow_origin(all)).turned()
    }
}

impl Cors<Anybody> {
    /// Pages of every origin. None may send credentials of the user.
    pub fn any_origin() -> Self {
        Self::new(AllowOrigin::from(Any), Vec::new())
    }
}

impl Cors<Credentialed> {
    /// For development: mirrors the origin, the method and the headers of pages on this machine
    /// (`localhost`, `*.localhost`, `*.test`, `127.0.0.1`, …) and on its private network, with
    /// credentials.
    ///
    /// Other origins are not mirrored: any page of the web may be open in a developer's browser, and
    /// could read what this service tells its developer.
    pub fn development() -> Self {
        let local = AllowOrigin::predicate(|origin, _| local::is_local(origin));
        Self::new(local, Vec::new()).with_layer(|layer| {
            layer
                .allow_credentials(true)
                .allow_methods(AllowMethods::mirror_request())
                .allow_headers(AllowHeaders::mirror_request())
        })
    }
}

impl<O> Cors<O> {
    fn new(who: AllowOrigin, origins: Vec<HeaderValue>) -> Self {
        let layer = CorsLayer::new()
            .allow_origin(who)
            .allow_methods(METHODS)
            .allow_headers(ALLOWED)
            .expose_headers(EXPOSED)
            .max_age(Duration::from_secs(600));
        let (allowed, exposed) = (ALLOWED.into(), EXPOSED.into());
        Self { layer, origins, allowed, exposed, who: PhantomData }
    }

    /// The methods that pages may use; default GET, HEAD, POST, PUT, PATCH and DELETE.
    pub fn methods(self, methods: impl IntoIterator<Item = Method>) -> Self {
        let methods = AllowMethods::list(methods);
        self.with_layer(|layer| layer.allow_methods(methods))
    }

    /// More headers that pages may send, beside those of content, credentials, conditions, ids and
    /// trace context.
    pub fn headers(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.allowed.extend(headers);
        let all = AllowHeaders::list(self.allowed.clone());
        self.with_layer(|layer| layer.allow_headers(all))
    }

    /// More headers that pages may read, beside those of ids, waits, limits, challenges, links and
    /// deprecation.
    pub fn expose(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.exposed.extend(headers);
        let all = self.exposed.clone();
        self.with_layer(|layer| layer.expose_headers(all))
    }

    /// How long a browser may remember the answer to a preflight; default ten minutes.
    pub fn max_age(self, max_age: Duration) -> Self {
        self.with_layer(|layer| layer.max_age(max_age))
    }

    /// Pages of the public web may call this service inside of a private network: answers
    /// `Access-Control-Request-Private-Network`.
    pub fn private_network(self) -> Self {
        self.with_layer(|layer| layer.allow_private_network(true))
    }

    /// The same, whoever they are.
    #[cfg(feature = "stack")]
    pub(crate) fn anonymous(self) -> Cors<()> {
        self.turned()
    }

    fn with_layer(mut self, change: impl FnOnce(CorsLayer) -> CorsLayer) -> Self {
        self.layer = change(self.layer);
        self
    }

    fn turned<P>(self) -> Cors<P> {
        let Self { layer, origins, allowed, exposed, .. } = self;
        Cors { layer, origins, allowed, exposed, who: PhantomData }
    }
}

impl<S, O> Layer<S> for Cors<O> {
    type Service = CorsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CorsService::new(&self.layer, inner)
    }
}
