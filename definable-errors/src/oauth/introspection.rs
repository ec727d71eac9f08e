//! Tokens that the provider is asked about (RFC 7662).

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Request, header};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::http::{CallError, HttpClient};
use super::provider_error::{Kind, introspection_failed};
use super::shared_calls::SharedCalls;
use super::{OAuthClientError, OAuthProviderError};
use crate::auth::{Bearer, Principal, SecretDigest, Verify};
use crate::context::{Clock, DefaultClock, Subject};
use crate::error::{ApiError, ApiFuture};
use crate::problem::{INVALID_TOKEN, Problem};
use crate::support::{RootCertificates, is_authentic};

/// A verifier that asks the provider about each token (RFC 7662), for tokens that are opaque, or
/// that have to stop working as soon as they are revoked.
///
/// `P` is the principal, which is deserialized from the provider's response:
/// [`IntrospectedToken`], or a type of your own.
///
/// ```
/// use std::sync::Arc;
///
/// use definable_errors::auth::Verify;
/// use definable_errors::oauth::{IntrospectedToken, Introspection};
///
/// # fn main() -> Result<(), definable_errors::oauth::OAuthClientError> {
/// let verifier = Introspection::<IntrospectedToken>::builder("http://127.0.0.1:9/introspect")
///     .client("orders", "the secret of this service")
///     .audience("https://api.example.com")
///     .build()?;
/// let verifier: Arc<dyn Verify<IntrospectedToken>> = Arc::new(verifier);
/// # let _ = verifier;
/// # Ok(())
/// # }
/// ```
///
/// # What is accepted
///
/// A token for which the provider answers `"active": true`, and then: `exp` is in the future and
/// `nbf` is not; `aud` and `iss` are as configured; `token_type` is absent or `Bearer`; there is no
/// `cnf`, since a token that is bound to a key is no bearer token. Any other token is 401
/// `invalid_token`, with the reason in the notes. If the provider cannot be reached, answers with
/// another status than 200, or with something else than JSON, the request is 503
/// `service_unavailable`: it is unknown whether the token is valid.
///
/// # How results are cached
///
/// By the SHA-256 digest of the token: an accepted one for [`max_age`](IntrospectionBuilder::max_age)
/// and never beyond its `exp`, a rejected one for five seconds, a failure not at all. Concurrent
/// requests with the same token share one call. The memory is bounded, and a flood of invalid tokens
/// drops no valid one from it.
pub struct Introspection<P>(Arc<Inner<P>>);

struct Inner<P> {
    http: HttpClient,
    url: Url,
    authorization: HeaderValue,
    rules: Rules,
    max_age: Duration,
    clock: Arc<dyn Clock>,
    calls: Arc<SharedCalls<P>>,
}

/// What a token must satisfy besides being active.
#[derive(Debug, Default)]
struct Rules {
    issuer: Option<String>,
    audiences: Vec<String>,
}

/// How long a rejection is kept.
const REJECTED: Duration = Duration::from_secs(5);

/// The maximum number of calls that run at the same time.
const MAX_CALLS: usize = 256;

impl<P: DeserializeOwned + Clone + Send + Sync + 'static> Introspection<P> {
    /// Returns a builder for the introspection endpoint at a URL.
    pub fn builder(url: impl Into<String>) -> IntrospectionBuilder<P> {
        IntrospectionBuilder {
            url: url.into(),
            authorization: None,
            rules: Rules::default(),
            max_age: Duration::from_secs(60),
            capacity: 10_000,
            timeout: IntrospectionBuilder::<P>::MAX_TIMEOUT,
            roots: RootCertificates::default(),
            clock: Arc::new(DefaultClock),
            principal: PhantomData,
        }
    }
}

impl<P: DeserializeOwned + Clone + Send + Sync + 'static> Verify<P> for Introspection<P> {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, P> {
        ApiFuture::boxed(async move {
            let (inner, now) = (&self.0, self.0.clock.now());
            let call = || {
                let (inner, token) = (inner.clone(), token.clone());
                async move { inner.introspect(&token).await }
            };
            inner.calls.get(SecretDigest::sha256(token.as_str()), now, call).await
        })
    }
}

impl<P: DeserializeOwned> Inner<P> {
    /// Returns the result of a call, and until when it is kept.
    async fn introspect(&self, token: &Bearer) -> (Result<P, ApiError>, Option<SystemTime>) {
        let body = match self.call(token.as_str()).await {
            Ok(body) => body,
            Err(CallError { error, wait }) => {
                return (Err(introspection_failed(error, wait)), None);
            }
        };
        let now = self.clock.now();
        let response: Response = match serde_json::from_slice(&body) {
            Ok(response) => response,
            Err(error) => {
                let error = OAuthProviderError::unusable(error);
                return (Err(introspection_failed(error, None)), None);
            }
        };
        let accepted = self.rules.check(&response, now).and_then(|()| {
            serde_json::from_slice(&body).map_err(|error| format!("the claims do not fit: {error}"))
        });
        match accepted {
            Ok(principal) => {
                let until = now + self.max_age;
                let until = response.exp.map_or(until, |exp| until.min(time(exp)));
                (Ok(principal), Some(until))
            }
            Err(reason) => {
                let error = ApiError::unlocated(Problem::new(&INVALID_TOKEN)).with_note(reason);
                (Err(error), Some(now + REJECTED))
            }
        }
    }

    /// Calls the endpoint, and returns the body of its response (RFC 7662 §2.1).
    async fn call(&self, token: &str) -> Result<Vec<u8>, CallError> {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("token_type_hint", "access_token")
            .finish();
        let request = Request::post(self.url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, self.authorization.clone())
            .body(body.into_bytes());
        let request = request.map_err(|error| CallError::new(Kind::Unusable(error.into())))?;
        self.http.call_for_ok(request).await
    }
}

/// The members of a response that decide (RFC 7662 §2.2).
#[derive(Debug, Deserialize)]
struct Response {
    active: bool,
    #[serde(default)]
    exp: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    aud: Option<Audience>,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    cnf: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn has_any(&self, wanted: &[String]) -> bool {
        match self {
            Self::One(name) => wanted.contains(name),
            Self::Several(names) => names.iter().any(|name| wanted.contains(name)),
        }
    }
}

impl Rules {
    /// Returns the reason for a rejection as an error.
    fn check(&self, response: &Response, now: SystemTime) -> Result<(), String> {
        let is_bearer = |kind: &String| kind.eq_ignore_ascii_case("bearer");
        let is_ours = |aud: &Audience| aud.has_any(&self.audiences);
        let reason = if !response.active {
            "the token is not active"
        } else if response.exp.is_some_and(|exp| time(exp) <= now) {
            "the token is active, but has expired"
        } else if response.nbf.is_some_and(|nbf| time(nbf) > now) {
            "the token is not valid yet"
        } else if self.issuer.is_some() && self.issuer != response.iss {
            "`iss` is not the issuer"
        } else if !self.audiences.is_empty() && !response.aud.as_ref().is_some_and(is_ours) {
            "`aud` is not this service"
        } else if !response.token_type.as_ref().is_none_or(is_bearer) {
            "`token_type` is not `Bearer`"
        } else if response.cnf.is_some() {
            "the token is bound to a key"
        } else {
            return Ok(());
        };
        Err(reason.to_owned())
    }
}

/// Converts seconds since 1970; what is not a date has passed.
fn time(seconds: f64) -> SystemTime {
    let since = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The builder of an [`Introspection`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct IntrospectionBuilder<P> {
    url: String,
    authorization: Option<String>,
    rules: Rules,
    max_age: Duration,
    capacity: usize,
    timeout: Duration,
    roots: RootCertificates,
    clock: Arc<dyn Clock>,
    principal: PhantomData<fn() -> P>,
}

impl<P: Clone + Send + Sync + 'static> IntrospectionBuilder<P> {
    /// The maximum of [`timeout`](Self::timeout), and its default.
    pub const MAX_TIMEOUT: Duration = Duration::from_secs(10);

    /// Sets the id and the secret by which this service authenticates at the endpoint, as HTTP Basic
    /// (RFC 6749 §2.3.1).
    pub fn client(mut self, id: &str, secret: &str) -> Self {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(id), encode(secret));
        self.authorization = Some(format!("Basic {}", BASE64_STANDARD.encode(pair)));
        self
    }

    /// Sets a token by which this service authenticates at the endpoint, in place of
    /// [`client`](Self::client).
    pub fn bearer_token(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// Adds an audience: tokens whose `aud` has none of them are rejected. Without any, `aud` is not
    /// read, which is safe only if the endpoint itself answers for this service alone.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.rules.audiences.push(audience.into());
        self
    }

    /// Sets the issuer: tokens with another `iss`, or without it, are rejected.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.rules.issuer = Some(issuer.into());
        self
    }

    /// Sets how long an accepted token is not asked about again; default one minute. That is also
    /// how long a revoked token still works.
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets the maximum number of results in memory; default 10 000.
    pub const fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    /// Limits the duration of one call, to ten seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Self::MAX_TIMEOUT);
        self
    }

    /// Trusts the certificate authorities in `pem` in addition to those that the operating system
    /// trusts: one or more PEM blocks `CERTIFICATE`. The method may be called several times.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.add(pem.into());
        self
    }

    /// Sets the clock that `exp` and `nbf` are compared with.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the verifier.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not `https` (or `http` on this machine), if neither
    /// [`client`](Self::client) nor [`bearer_token`](Self::bearer_token) was called (RFC 7662 §2.1
    /// requires authentication), if a root certificate is not one, or if no HTTP client can be
    /// created.
    pub fn build(self) -> Result<Introspection<P>, OAuthClientError> {
        let url: Url = self.url.parse().map_err(|_| OAuthClientError::Url("introspection"))?;
        if !is_authentic(&url) {
            return Err(OAuthClientError::Url("introspection"));
        }
        let authorization = self.authorization.ok_or(OAuthClientError::Missing("client"))?;
        let mut authorization = HeaderValue::try_from(authorization)
            .map_err(|_| OAuthClientError::Missing("bearer_token"))?;
        authorization.set_sensitive(true);
        let http = HttpClient::new(self.timeout, &self.roots, [&url])?;
        Ok(Introspection(Arc::new(Inner {
            http,
            url,
            authorization,
            rules: self.rules,
            max_age: self.max_age,
            clock: self.clock,
            calls: Arc::new(SharedCalls::new(self.capacity, MAX_CALLS)),
        })))
    }
}

impl<P> fmt::Debug for Introspection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection").field("rules", &self.0.rules).finish_non_exhaustive()
    }
}

impl<P> fmt::Debug for IntrospectionBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectionBuilder").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// The members of an introspection response that most services need (RFC 7662 §2.2): a principal for
/// [`Introspection`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct IntrospectedToken {
    /// The id of the user; a token of a client that acts for itself may have none.
    #[serde(default)]
    pub sub: Option<String>,
    /// The client that the token was issued to.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The name of the user, for people.
    #[serde(default)]
    pub username: Option<String>,
    /// The scopes of the token, separated by spaces.
    #[serde(default)]
    pub scope: Option<String>,
}

impl Principal for IntrospectedToken {
    fn subject(&self) -> Subject {
        match (&self.sub, &self.client_id) {
            (Some(user), _) => Subject::user(user),
            (None, client) => Subject::service(client.as_deref().unwrap_or_default()),
        }
    }

    fn has_scope(&self, scope: &str) -> bool {
        self.scope.as_deref().is_some_and(|all| all.split(' ').any(|one| one == scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rules: &Rules, json: &str) -> Result<(), String> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        rules.check(&serde_json::from_str(json).unwrap(), now)
    }

    #[test]
    fn token_must_be_active_and_for_this_service() {
        let rules = Rules { issuer: Some("https://a".into()), audiences: vec!["api".into()] };
        let with = |more: &str| {
            check(&rules, &format!(r#"{{"active":true,"iss":"https://a","aud":"api"{more}}}"#))
        };
        assert_eq!(with(""), Ok(()));
        assert_eq!(with(r#","exp":1700000001,"nbf":1700000000,"token_type":"bearer""#), Ok(()));
        for more in [
            r#","exp":1700000000"#,
            r#","exp":-1"#,
            r#","exp":1e300"#,
            r#","nbf":1700000001"#,
            r#","token_type":"refresh_token""#,
            r#","token_type":"DPoP""#,
            r#","cnf":{"jkt":"x"}"#,
        ] {
            assert!(with(more).is_err(), "{more}");
        }
        for json in [
            r#"{"active":false}"#,
            r#"{"active":false,"iss":"https://a","aud":"api"}"#,
            r#"{"active":true,"aud":"api"}"#,
            r#"{"active":true,"iss":"https://a"}"#,
            r#"{"active":true,"iss":"https://a","aud":["other"]}"#,
            r#"{"active":true,"iss":"https://b","aud":["api"]}"#,
        ] {
            assert!(check(&rules, json).is_err(), "{json}");
        }
        let several = r#"{"active":true,"iss":"https://a","aud":["other","api"]}"#;
        assert_eq!(check(&rules, several), Ok(()));
    }

    #[test]
    fn active_is_a_boolean_that_appears_once() {
        for json in
            [r#"{"active":"true"}"#, r#"{"active":1}"#, "{}", r#"{"active":false,"active":true}"#]
        {
            assert!(serde_json::from_str::<Response>(json).is_err(), "{json}");
        }
    }
}
