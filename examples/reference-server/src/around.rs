//! The middleware around the routes: CORS, errors, deadline, limits.

use std::str::FromStr;
use std::time::Duration;

use definable_errors::auth::SocketPolicy;
use definable_errors::context::OriginError;
use definable_errors::cors::{Cors, CredentialedOrigins};
use definable_errors::csrf::Csrf;
use definable_errors::dev::Development;
use definable_errors::layer::RequestSpan;
use definable_errors::rate_limit::{OnFailure, Quota, RateLimit, RedisStore, RedisUrlError};
use definable_errors::stack::Stack;
use definable_errors::{ApiErrorLayer, Mode};

use crate::{ProblemBase, SecretUrl};

/// The number of requests that one client address may send per period, such as `100/60s`.
#[derive(Debug, Clone, Copy)]
pub struct AddressQuota(Quota);

impl FromStr for AddressQuota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (limit, window) = text.split_once('/').unwrap_or((text, ""));
        let limit = limit.parse().map_err(|_| String::from(WANTED))?;
        let window = humantime::parse_duration(window).map_err(|_| String::from(WANTED))?;
        Quota::try_new(limit, window).map(Self).map_err(|invalid| invalid.to_string())
    }
}

const WANTED: &str = "must be a number of requests and a time, such as 100/60s";

/// The origins whose pages may read responses and open sockets, separated by commas.
#[derive(Debug, Clone)]
pub struct CorsOrigins {
    cors: Cors<CredentialedOrigins>,
    pub(crate) sockets: SocketPolicy,
}

impl FromStr for CorsOrigins {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origins = || text.split(',').map(str::trim);
        Ok(Self {
            cors: Cors::origins(origins())?.credentials(),
            sockets: SocketPolicy::origins(origins())?,
        })
    }
}

/// The longest time that a request may take, such as `10s`.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Duration);

impl Deadline {
    pub(crate) const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Deadline {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match humantime::parse_duration(text) {
            Ok(duration) if !duration.is_zero() => Ok(Self(duration)),
            _ => Err("must be a time over zero, such as 10s or 500ms"),
        }
    }
}

/// The rate limits for requests and for failed logins.
#[derive(Debug, Clone)]
pub struct Limits {
    requests: RateLimit,
    pub(crate) failed_logins: RateLimit,
}

/// The quota of failed logins for each pair of an email address and a client address.
const FAILED_LOGINS: Quota = Quota::per_minute(5).with_name("failed-logins");

impl Limits {
    /// Creates the limits. With a Redis URL they are counted there, so that several servers share
    /// them.
    ///
    /// # Errors
    ///
    /// Returns an error if `redis` is not the URL of a Redis.
    pub fn new(requests: AddressQuota, redis: Option<&SecretUrl>) -> Result<Self, RedisUrlError> {
        let requests = RateLimit::per_address(requests.0);
        let failed_logins = RateLimit::per_address(FAILED_LOGINS);
        let Some(url) = redis.map(SecretUrl::as_str) else {
            return Ok(Self { requests, failed_logins });
        };
        // All servers that share a Redis have its URL, and clients do not. While Redis fails, each
        // server counts for itself: that admits one quota per server, and no client is locked out.
        let store = RedisStore::new(url, url, OnFailure::Local { replicas: 1 })?;
        Ok(Self {
            requests: requests.store(store.clone()),
            failed_logins: failed_logins.store(store),
        })
    }
}

/// Creates the layer of ids and errors.
pub fn errors(mode: Mode, problem_base: ProblemBase) -> ApiErrorLayer {
    let layer = match mode {
        Mode::Production => ApiErrorLayer::new(),
        Mode::Development => {
            let build = definable_errors::build_info!("postgres");
            ApiErrorLayer::new().development_with(Development::new().build(build))
        }
    };
    layer.routes(crate::routes(mode).table()).problem_base(problem_base)
}

/// Creates the middleware stack, with all layers in the right order.
pub fn stack(
    errors: ApiErrorLayer,
    cors: Option<CorsOrigins>,
    deadline: Deadline,
    limits: &Limits,
) -> Stack<RateLimit> {
    let stack = Stack::new()
        .request_span(RequestSpan::new())
        .errors(errors)
        .timeout(deadline.duration())
        .rate_limit(limits.requests.clone())
        .exempt(["/health"]);
    match cors {
        // Pages that may send cookies are the ones that are trusted with them.
        Some(CorsOrigins { cors, .. }) => stack.cors(cors).csrf(Csrf::new()),
        None => stack,
    }
}
