//! An HTTP service that this one calls, and its settings.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url, retry};
use tower::retry::budget::TpsBudget;

use super::answer::UpstreamMap;
use super::service::{Audience, Inner, Throttle};
use super::{UpstreamBuildError, UpstreamPath, UpstreamRequest};
use crate::breaker::{Breaker, CircuitState, Settings};
use crate::context::RequestContext;
use crate::problem::{
    CIRCUIT_OPEN, DEADLINE_EXCEEDED, INTERNAL_ERROR, ProblemType, ProblemTypes,
    SERVICE_UNAVAILABLE, Types, UPSTREAM_FAILED, UPSTREAM_TIMEOUT,
};
use crate::support::{RootCertificates, http_client, redact_url};

/// The builder of an [`Upstream`].
#[must_use]
pub struct UpstreamBuilder {
    name: Cow<'static, str>,
    base_url: String,
    audience: Audience,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    total_timeout: Duration,
    retries: u32,
    breaker: Settings,
    throttle: Throttle,
    headers: Result<HeaderMap, UpstreamBuildError>,
    map: UpstreamMap,
    max_body: usize,
    roots: RootCertificates,
    client: Box<dyn FnOnce(ClientBuilder) -> ClientBuilder + Send>,
}

impl UpstreamBuilder {
    /// The time that a deposit counts in the retry budget.
    const BUDGET_TIME: Duration = Duration::from_secs(10);
    /// The retries per second that are always allowed.
    const BUDGET_PER_SECOND: u32 = 3;
    /// The retries that each call allows that is sent.
    const BUDGET_PER_CALL: f32 = 0.2;

    pub(super) fn new(name: Cow<'static, str>, base_url: String, audience: Audience) -> Self {
        Self {
            name,
            base_url,
            audience,
            connect_timeout: Duration::from_secs(2),
            attempt_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(10),
            retries: 2,
            breaker: Settings::default(),
            throttle: Throttle::AllCalls,
            headers: Ok(HeaderMap::new()),
            map: UpstreamMap::new(),
            max_body: 16 * 1024 * 1024,
            roots: RootCertificates::default(),
            client: Box::new(|client| client),
        }
    }

    /// Limits the time for a connection, with TLS; default 2 seconds.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Limits one attempt, from the connection to the last byte of the body; default 5 seconds.
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Limits a whole call with all attempts and the waits between them; default 10 seconds. The
    /// deadline of the request that causes the call limits it further.
    pub const fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Limits the number of attempts after the first one; default 2, none with 0.
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Sets from when on a call is slow; default 2 seconds until the head of the response. If four
    /// of five calls are slow, the circuit opens.
    pub const fn slow_after(mut self, latency: Duration) -> Self {
        self.breaker.slow_after = latency;
        self
    }

    /// Lets calls through although the service answered an earlier one with 429 and `Retry-After`:
    /// right if its limits are those of your callers, and not one for all of your calls.
    pub const fn without_throttle(mut self) -> Self {
        self.throttle = Throttle::OneCall;
        self
    }

    /// Adds a header to every request, such as an API key. It is not shown by `Debug`.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        self.headers = self.headers.and_then(|mut headers| {
            let name = name.try_into().map_err(|_| UpstreamBuildError::Header)?;
            let mut value = value.try_into().map_err(|_| UpstreamBuildError::Header)?;
            value.set_sensitive(true);
            headers.insert(name, value);
            Ok(headers)
        });
        self
    }

    /// Answers with `problem_type` if the service answers with this status. A request may have a
    /// mapping of its own, which takes precedence.
    pub fn on_status(mut self, status: StatusCode, problem_type: &'static ProblemType) -> Self {
        self.map = self.map.status(status, problem_type);
        self
    }

    /// Answers with `problem_type` if the service answers with a problem that has this code. A
    /// request may have a mapping of its own, which takes precedence.
    pub fn on_code(
        mut self,
        code: impl Into<Cow<'static, str>>,
        problem_type: &'static ProblemType,
    ) -> Self {
        self.map = self.map.code(code, problem_type);
        self
    }

    /// Limits the body of a response that is read as a whole to `limit` bytes; default 16 MiB. A
    /// larger one is 502 `upstream_failed`.
    pub const fn max_body(mut self, limit: usize) -> Self {
        self.max_body = limit;
        self
    }

    /// Trusts the certificate authorities in `pem`, such as the private one of your organization, in
    /// addition to those that the operating system trusts. The text contains one or more PEM blocks
    /// `CERTIFICATE`, and the method may be called several times.
    ///
    /// ```no_run
    /// use definable_errors::upstream::Upstream;
    ///
    /// let authority = std::fs::read("/etc/ssl/acme-ca.pem")?;
    /// let orders = Upstream::builder("orders", "https://orders.internal")
    ///     .root_certificate(authority)
    ///     .build()?;
    /// # let _ = orders;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A text without a certificate is an error when the client is built:
    ///
    /// ```
    /// use definable_errors::upstream::{Upstream, UpstreamBuildError};
    ///
    /// let orders = Upstream::builder("orders", "https://orders.internal");
    /// let built = orders.root_certificate("no certificate").build();
    /// assert!(matches!(built, Err(UpstreamBuildError::RootCertificate)));
    /// ```
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.add(pem.into());
        self
    }

    /// Changes settings of the HTTP client for which there is no method here, such as the DNS
    /// resolver or the pool of connections. Redirects, retries, timeouts and TLS are set afterwards;
    /// see [`root_certificate`](Self::root_certificate).
    pub fn configure(
        mut self,
        change: impl FnOnce(ClientBuilder) -> ClientBuilder + Send + 'static,
    ) -> Self {
        let before = self.client;
        self.client = Box::new(|client| change(before(client)));
        self
    }

    /// Builds the client. It connects to nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL is not `http` or `https` with a host, or has a user, a query
    /// or a fragment; if it is `https` and neither the feature `ring` nor `aws-lc` is enabled; if a
    /// header is not legal; if a root certificate is not one; or if the HTTP client cannot be
    /// created.
    pub fn build(self) -> Result<Upstream, UpstreamBuildError> {
        let base = base(&self.base_url)?;
        let headers = self.headers?;
        let client = (self.client)(Client::builder())
            .redirect(Policy::none())
            .retry(retry::never())
            .connect_timeout(self.connect_timeout);
        let client = http_client(client, base.scheme(), &self.roots)?;
        Ok(Upstream(Arc::new(Inner {
            name: self.name,
            base,
            audience: self.audience,
            client,
            headers,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            retries: self.retries,
            budget: TpsBudget::new(
                Self::BUDGET_TIME,
                Self::BUDGET_PER_SECOND,
                Self::BUDGET_PER_CALL,
            ),
            breaker: Breaker::new(self.breaker, Instant::now()),
            throttle: self.throttle,
            map: self.map,
            max_body: self.max_body,
        })))
    }
}

/// Parses the base URL, and removes a slash at the end of its path.
fn base(text: &str) -> Result<Url, UpstreamBuildError> {
    let mut url: Url = text.parse().map_err(|_| UpstreamBuildError::Url)?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_plain {
        return Err(UpstreamBuildError::Url);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

impl fmt::Debug for UpstreamBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamBuilder")
            .field("name", &self.name)
            .field("base_url", &redact_url(&self.base_url))
            .finish_non_exhaustive()
    }
}

/// A client for one other service. The [module](crate::upstream) shows how to use it.
///
/// It is cheap to clone; all clones share their connections, the retry budget and the circuit
/// breaker. Create one for each service when the program starts, and keep it in the state.
#[derive(Clone)]
pub struct Upstream(pub(super) Arc<Inner>);

impl Upstream {
    /// Returns a builder for the client of a service of your own organization. `name` is for logs,
    /// and `base_url` what all paths are appended to, such as `https://payments.internal/v1`.
    ///
    /// Each call sends the correlation id, the trace and the remaining time of the request that
    /// caused it.
    pub fn builder(
        name: impl Into<Cow<'static, str>>,
        base_url: impl Into<String>,
    ) -> UpstreamBuilder {
        UpstreamBuilder::new(name.into(), base_url.into(), Audience::Internal)
    }

    /// Returns a builder for the client of a service of others. It gets neither ids nor trace nor
    /// deadline: they are of no use there, and say something about your callers.
    pub fn external(
        name: impl Into<Cow<'static, str>>,
        base_url: impl Into<String>,
    ) -> UpstreamBuilder {
        UpstreamBuilder::new(name.into(), base_url.into(), Audience::External)
    }

    /// Starts a request. `context` is that of the request that causes the call; outside of any
    /// request it is `None`. `path` is appended to the base URL ([`UpstreamPath`]).
    pub fn request<'c>(
        &self,
        method: Method,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        UpstreamRequest::new(self.0.clone(), method, context.into().cloned(), path.encoded())
    }

    /// Starts a GET; see [`request`](Self::request).
    pub fn get<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::GET, context, path)
    }

    /// Starts a POST; see [`request`](Self::request).
    pub fn post<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::POST, context, path)
    }

    /// Starts a PUT; see [`request`](Self::request).
    pub fn put<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::PUT, context, path)
    }

    /// Starts a PATCH; see [`request`](Self::request).
    pub fn patch<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::PATCH, context, path)
    }

    /// Starts a DELETE; see [`request`](Self::request).
    pub fn delete<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::DELETE, context, path)
    }

    /// Returns the name of the service.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the state of the circuit breaker, for health checks. It calls nothing.
    ///
    /// A service that is ready only if another one answers reports so by it:
    ///
    /// ```
    /// use definable_errors::upstream::{CircuitState, Upstream};
    ///
    /// let payments = Upstream::builder("payments", "http://127.0.0.1:9").build()?;
    /// assert_eq!(payments.circuit(), CircuitState::Closed);
    /// # Ok::<_, definable_errors::upstream::UpstreamBuildError>(())
    /// ```
    pub fn circuit(&self) -> CircuitState {
        self.0.breaker.state(Instant::now())
    }
}

/// The problem types of a failed call, without those of a mapping.
impl ProblemTypes for Upstream {
    const TYPES: Types = Types {
        own: &[
            &UPSTREAM_FAILED,
            &UPSTREAM_TIMEOUT,
            &SERVICE_UNAVAILABLE,
            &CIRCUIT_OPEN,
            &DEADLINE_EXCEEDED,
            &INTERNAL_ERROR,
        ],
        others: &[],
    };
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("name", &self.0.name)
            .field("base_url", &self.0.base.as_str())
            .field("circuit", &self.circuit())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_an_origin_and_a_path() {
        let of = |text: &str| base(text).map(|url| url.to_string()).ok();
        assert_eq!(of("http://a.example").as_deref(), Some("http://a.example/"));
        assert_eq!(of("https://a.example:8443/v1//").as_deref(), Some("https://a.example:8443/v1"));
        for text in [
            "a.example",
            "/v1",
            "ftp://a.example",
            "https://u:hunter2@a.example",
            "https://a.example?key=1",
            "https://a.example#a",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    /// `tests/run features` runs it: with all features there is TLS.
    #[cfg(not(any(feature = "ring", feature = "aws-lc")))]
    #[test]
    fn https_without_tls_is_an_error_that_names_the_features() {
        let error = Upstream::builder("pay", "https://a.example").build().unwrap_err();
        assert!(error.to_string().ends_with("enable feature `ring` or `aws-lc`"), "{error}");
        assert!(Upstream::builder("pay", "http://a.example").build().is_ok());
    }

    #[test]
    fn secrets_of_a_builder_are_not_shown() {
        let builder =
            Upstream::external("pay", "https://u:hunter2@a.example").header("x-api-key", "hunter2");
        assert!(!format!("{builder:?}").contains("hunter2"));
        assert!(matches!(builder.build(), Err(UpstreamBuildError::Url)));
        let bad = Upstream::external("pay", "http://a.example").header("x api key", "a");
        assert!(matches!(bad.build(), Err(UpstreamBuildError::Header)));
    }
}
