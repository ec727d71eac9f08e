use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};

use super::address::{is_trusted, redirects};
use super::failure::tell;
use super::{Jwks, JwksFailure};

/// What a key set's fetching is made from.
pub struct JwksBuilder {
    url: String,
    timeout: Duration,
    pub(super) refresh: Duration,
    pub(super) max_stale: Option<Duration>,
    pub(super) refetch: (u32, Duration),
    pub(super) on_failure: Arc<OnFailure>,
}

type OnFailure = dyn Fn(&JwksFailure) + Send + Sync;

impl JwksBuilder {
    const MAX_TIMEOUT: Duration = Duration::from_secs(10);

    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            timeout: Self::MAX_TIMEOUT,
            refresh: Duration::from_secs(3600),
            max_stale: None,
            refetch: (2, Duration::from_secs(30)),
            on_failure: Arc::new(tell),
        }
    }

    /// How often keys are fetched while nothing happens; hourly unless it is said, and sooner where
    /// the server's `Cache-Control` asks for it.
    pub const fn refresh(mut self, every: Duration) -> Self {
        self.refresh = every;
        self
    }

    /// How old keys may become while their server fails; any age unless it is said. Older ones are
    /// not used: every token is then 503 `keys_unavailable`.
    pub const fn max_stale(mut self, age: Duration) -> Self {
        self.max_stale = Some(age);
        self
    }

    /// How often tokens with unknown keys may cause a fetch: so many at once, then one each time
    /// that this has passed. Twice, and one in 30 seconds, unless it is said. Tokens with wrong
    /// signatures have a budget of their own, of half as many at once.
    pub const fn refetch(mut self, burst: u32, every: Duration) -> Self {
        self.refetch = (burst, every);
        self
    }

    /// How long one fetch may take, ten seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Self::MAX_TIMEOUT);
        self
    }

    /// Who is told when a fetch fails, in place of a warning through `tracing`. It must not block.
    pub fn on_failure(mut self, tell: impl Fn(&JwksFailure) + Send + Sync + 'static) -> Self {
        self.on_failure = Arc::new(tell);
        self
    }

    /// The keys, not fetched yet: the first token does that, or [`Jwks::load`].
    ///
    /// # Errors
    ///
    /// When the URL is not `https` (or `http` on this machine), or no HTTP client can be made.
    pub fn build(self) -> Result<Jwks, JwksError> {
        let url: Url = self.url.parse().map_err(|_| JwksError::Url)?;
        if !is_trusted(&url) {
            return Err(JwksError::Url);
        }
        let client = Client::builder().redirect(redirects(&url)).timeout(self.timeout);
        // This machine is not asked through a proxy.
        let client = match url.scheme() {
            "http" => client.no_proxy(),
            _ => client,
        };
        let client = client.build().map_err(|_| JwksError::Client)?;
        Ok(Jwks::new(client, url, &self))
    }
}

impl fmt::Debug for JwksBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwksBuilder")
            .field("url", &crate::redact::url(&self.url))
            .finish_non_exhaustive()
    }
}

/// Keys cannot be fetched like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwksError {
    /// The URL is not `https`, and not `http` on this machine.
    Url,
    /// No HTTP client can be made: its TLS does not work.
    Client,
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "a key set's URL is https, or http on this machine",
            Self::Client => "no HTTP client can be made: is TLS set up?",
        })
    }
}

impl std::error::Error for JwksError {}
