//! A key set that is fetched and cached, and its settings.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use reqwest::{Client, Url};
use tokio::sync::watch;

use super::JwksFetchError;
use super::fetch::{Fetched, Freshness, fetch, redirects, warn};
use super::refetch::{Budget, Unknown};
use crate::auth::jwt::{KeyLookup, KeySet, Keys};
use crate::error::{ApiError, ApiFuture};
use crate::problem::{KEYS_UNAVAILABLE, Problem};
use crate::support::{RootCertificates, TlsError, http_client, is_authentic, lock, redact_url};

/// The keys that an issuer publishes; the [module](super) describes how they are cached.
///
/// It is cheap to clone; all clones share the same keys.
#[derive(Clone)]
pub struct Jwks(Arc<Inner>);

struct Inner {
    client: Client,
    url: Url,
    refresh: Duration,
    max_stale: Option<Duration>,
    on_failure: Arc<dyn Fn(&JwksFetchError) + Send + Sync>,
    snapshot: ArcSwapOption<Snapshot>,
    state: Mutex<FetchState>,
}

/// The keys of the last successful fetch.
struct Snapshot {
    keys: Arc<KeySet>,
    freshness: Freshness,
    asked_at: Instant,
    fetched_at: Instant,
}

impl Snapshot {
    fn has(&self, id: &str) -> bool {
        self.keys.keys().iter().any(|key| key.id() == Some(id))
    }
}

/// The outcome of a request for newer keys.
enum Asked {
    /// A fetch is in progress; the channel closes at its end.
    UnderWay(watch::Receiver<()>),
    /// The key was looked for a moment ago, or no token may ever cause a fetch.
    Unknown,
    /// The budget is used up, and no token may cause a fetch for this long.
    Spent(Duration),
}

/// The state that decides whether to fetch.
struct FetchState {
    /// Closed when the fetch in progress ends.
    under_way: Option<watch::Receiver<()>>,
    /// The budget for tokens that name an unknown key, and while there are no keys.
    for_keys: Budget,
    /// The budget for tokens whose signature is not valid for the key that they name. It is
    /// separate, so that a flood of them does not delay the first token of a rotation.
    for_signatures: Budget,
    unknown: Unknown,
    is_refreshing: bool,
}

impl FetchState {
    const fn budget(&mut self, wanted: KeyLookup<'_>) -> &mut Budget {
        match wanted {
            KeyLookup::Signature => &mut self.for_signatures,
            KeyLookup::Any | KeyLookup::Key(_) => &mut self.for_keys,
        }
    }
}

/// The minimum time between fetches, whatever a server requests, and however often it fails.
const SHORTEST_REFRESH: Duration = Duration::from_secs(30);

impl Jwks {
    /// Returns a builder for the keys at a URL.
    pub fn builder(url: impl Into<String>) -> JwksBuilder {
        JwksBuilder::new(url.into())
    }

    pub(super) fn new(client: Client, url: Url, builder: &JwksBuilder) -> Self {
        let (burst, every) = builder.refetch;
        let state = FetchState {
            under_way: None,
            for_keys: Budget::new(burst, every, Instant::now()),
            for_signatures: Budget::new(burst.div_ceil(2), every, Instant::now()),
            unknown: Unknown::default(),
            is_refreshing: false,
        };
        Self(Arc::new(Inner {
            client,
            url,
            refresh: builder.refresh,
            max_stale: builder.max_stale,
            on_failure: builder.on_failure.clone(),
            snapshot: ArcSwapOption::empty(),
            state: Mutex::new(state),
        }))
    }

    /// Fetches the keys now, so that a service that cannot fetch them notices at startup.
    ///
    /// # Errors
    ///
    /// Returns 503 `keys_unavailable`, with the cause for operators.
    pub async fn load(&self) -> Result<(), ApiError> {
        let under_way = self.0.begin(&mut self.0.state());
        self.0.wait(under_way).await;
        match self.0.usable() {
            Some(_) => Ok(()),
            None => Err(self.0.unavailable(self.0.next_fetch())),
        }
    }
}

impl Keys for Jwks {
    fn current(&self) -> Option<Arc<KeySet>> {
        self.0.usable()
    }

    fn refresh<'a>(
        &'a self,
        than: Option<Arc<KeySet>>,
        wanted: KeyLookup<'a>,
    ) -> ApiFuture<'a, Option<Arc<KeySet>>> {
        ApiFuture::boxed(async move {
            let is_other =
                |keys: &Arc<KeySet>| !than.as_ref().is_some_and(|than| Arc::ptr_eq(than, keys));
            // A fetch of another request may have ended meanwhile.
            if let Some(keys) = self.0.usable().filter(is_other) {
                return Ok(Some(keys));
            }
            if let Some(wait) = self.0.fetch_for(wanted).await {
                return Err(self.0.unavailable(wait));
            }
            match self.0.usable() {
                Some(keys) => Ok(Some(keys).filter(is_other)),
                None => Err(self.0.unavailable(self.0.next_fetch())),
            }
        })
    }
}

impl Inner {
    fn usable(&self) -> Option<Arc<KeySet>> {
        let snapshot = self.snapshot.load();
        let snapshot = snapshot.as_ref()?;
        let is_stale = self.max_stale.is_some_and(|most| snapshot.fetched_at.elapsed() > most);
        (!is_stale).then(|| snapshot.keys.clone())
    }

    /// Waits for a fetch that may have brought the wanted key. Returns how long no token with an
    /// unknown key may cause a fetch, because it is unknown whether the token is invalid.
    async fn fetch_for(self: &Arc<Self>, wanted: KeyLookup<'_>) -> Option<Duration> {
        let began = Instant::now();
        // A fetch that began earlier may have missed a key by a moment.
        for _ in 0..2 {
            match self.ask(wanted) {
                Asked::UnderWay(under_way) => self.wait(under_way).await,
                Asked::Spent(wait) if matches!(wanted, KeyLookup::Key(_)) => return Some(wait),
                Asked::Spent(_) | Asked::Unknown => return None,
            }
            if !self.has_just_missed(wanted, began) {
                break;
            }
        }
        self.remember(wanted, began);
        None
    }

    /// Joins the fetch in progress, or begins one if the budget allows it.
    fn ask(self: &Arc<Self>, wanted: KeyLookup<'_>) -> Asked {
        let (mut state, now) = (self.state(), Instant::now());
        if let Some(under_way) = &state.under_way {
            return Asked::UnderWay(under_way.clone());
        }
        let is_unknown = matches!(wanted, KeyLookup::Key(id) if state.unknown.has(id, now));
        let budget = state.budget(wanted);
        if is_unknown || budget.is_nothing() {
            Asked::Unknown
        } else if budget.take(now) {
            Asked::UnderWay(self.begin(&mut state))
        } else {
            Asked::Spent(budget.wait(now))
        }
    }

    /// Returns whether the keys arrived after the request for one began, but were requested before
    /// that.
    fn has_just_missed(&self, wanted: KeyLookup<'_>, began: Instant) -> bool {
        let snapshot = self.snapshot.load();
        let (KeyLookup::Key(id), Some(snapshot)) = (wanted, &*snapshot) else { return false };
        snapshot.asked_at < began && snapshot.fetched_at >= began && !snapshot.has(id)
    }

    /// Fetches in a task of its own, so that a client that disconnects does not cancel the fetch
    /// for all.
    fn begin(self: &Arc<Self>, state: &mut FetchState) -> watch::Receiver<()> {
        if let Some(under_way) = &state.under_way {
            return under_way.clone();
        }
        let (sender, receiver) = watch::channel(());
        state.under_way = Some(receiver.clone());
        let ended = Ended { inner: self.clone(), _sender: sender };
        tokio::spawn(async move { ended.inner.fetch().await });
        if !std::mem::replace(&mut state.is_refreshing, true) {
            tokio::spawn(refresh(Arc::downgrade(self)));
        }
        receiver
    }

    async fn wait(&self, mut under_way: watch::Receiver<()>) {
        // Nothing is ever sent: an error means that the fetch has ended.
        let _ = under_way.changed().await;
    }

    async fn fetch(&self) {
        let asked_at = Instant::now();
        let known = self.snapshot.load_full();
        let etag = known.as_ref().and_then(|known| known.freshness.etag.as_ref());
        let (keys, freshness) = match (fetch(&self.client, &self.url, etag).await, &known) {
            (Ok(Fetched::New(keys, freshness)), _) => (Arc::new(keys), freshness),
            (Ok(Fetched::Same(freshness)), Some(known)) => {
                let etag = freshness.etag.or_else(|| known.freshness.etag.clone());
                (known.keys.clone(), Freshness { etag, ..freshness })
            }
            // Existing keys are kept.
            (Ok(Fetched::Same(_)), None) => return,
            (Err(failure), _) => return (self.on_failure)(&failure),
        };
        let snapshot = Snapshot { keys, freshness, asked_at, fetched_at: Instant::now() };
        self.snapshot.store(Some(Arc::new(snapshot)));
    }

    /// Remembers a key that a fetch did not bring, so that it is not looked for again for a while.
    /// A failed fetch gives no information about keys.
    fn remember(&self, wanted: KeyLookup<'_>, began: Instant) {
        let snapshot = self.snapshot.load_full();
        let (KeyLookup::Key(id), Some(snapshot)) = (wanted, snapshot) else { return };
        if snapshot.asked_at >= began && !snapshot.has(id) {
            self.state().unknown.add(id, Instant::now());
        }
    }

    /// Returns the time until a token may cause a fetch.
    fn next_fetch(&self) -> Duration {
        self.state().for_keys.wait(Instant::now())
    }

    fn unavailable(&self, wait: Duration) -> ApiError {
        ApiError::unlocated(Problem::new(&KEYS_UNAVAILABLE))
            .with_retry_after(wait.max(Duration::from_secs(1)))
            .with_note(format!("no keys from {}", redact_url(self.url.as_str())))
    }

    /// Returns the time until the next regular fetch.
    fn pause(&self) -> Duration {
        let snapshot = self.snapshot.load();
        let Some(snapshot) = snapshot.as_ref() else {
            return SHORTEST_REFRESH.min(self.refresh);
        };
        let asked =
            snapshot.freshness.max_age.map_or(self.refresh, |age| age.max(SHORTEST_REFRESH));
        let due = asked.min(self.refresh).saturating_sub(snapshot.fetched_at.elapsed());
        if due.is_zero() {
            // The last fetch failed.
            SHORTEST_REFRESH.min(self.refresh)
        } else {
            due
        }
    }

    fn state(&self) -> MutexGuard<'_, FetchState> {
        lock(&self.state)
    }
}

/// Fetches the keys regularly, as long as a clone of them exists.
async fn refresh(keys: std::sync::Weak<Inner>) {
    while let Some(pause) = keys.upgrade().map(|inner| inner.pause()) {
        tokio::time::sleep(pause).await;
        let Some(inner) = keys.upgrade() else { return };
        let under_way = inner.begin(&mut inner.state());
        inner.wait(under_way).await;
    }
}

/// Ends a fetch when dropped, also if it panicked.
struct Ended {
    inner: Arc<Inner>,
    _sender: watch::Sender<()>,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.inner.state().under_way = None;
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks")
            .field("url", &redact_url(self.0.url.as_str()))
            .finish_non_exhaustive()
    }
}

/// The builder of a [`Jwks`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct JwksBuilder {
    url: String,
    timeout: Duration,
    roots: RootCertificates,
    refresh: Duration,
    max_stale: Option<Duration>,
    pub(super) refetch: (u32, Duration),
    on_failure: Arc<OnFailure>,
}

type OnFailure = dyn Fn(&JwksFetchError) + Send + Sync;

impl JwksBuilder {
    const MAX_TIMEOUT: Duration = Duration::from_secs(10);

    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            timeout: Self::MAX_TIMEOUT,
            roots: RootCertificates::default(),
            refresh: Duration::from_secs(3600),
            max_stale: None,
            refetch: (2, Duration::from_secs(30)),
            on_failure: Arc::new(warn),
        }
    }

    /// Sets how often keys are fetched regularly; default hourly. They are fetched earlier if the
    /// server's `Cache-Control` requires it.
    pub const fn refresh(mut self, every: Duration) -> Self {
        self.refresh = every;
        self
    }

    /// Sets the maximum age of keys while their server fails; default unlimited. Older keys are not
    /// used: every token is then 503 `keys_unavailable`.
    pub const fn max_stale(mut self, age: Duration) -> Self {
        self.max_stale = Some(age);
        self
    }

    /// Limits how often tokens with unknown keys may cause a fetch: `burst` times at once, then
    /// once per `every`; default twice, then once in 30 seconds. Tokens with invalid signatures
    /// have a budget of their own, of half the burst.
    pub const fn refetch(mut self, burst: u32, every: Duration) -> Self {
        self.refetch = (burst, every);
        self
    }

    /// Limits the duration of one fetch, to ten seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Self::MAX_TIMEOUT);
        self
    }

    /// Trusts the certificate authorities in `pem`, such as the private one of your organization, in
    /// addition to those that the operating system trusts. The text contains one or more PEM blocks
    /// `CERTIFICATE`, and the method may be called several times.
    ///
    /// ```
    /// use definable_errors::auth::jwks::{Jwks, JwksError};
    ///
    /// let keys = Jwks::builder("https://issuer.internal/jwks.json");
    /// let built = keys.root_certificate("no certificate").build();
    /// assert_eq!(built.unwrap_err(), JwksError::RootCertificate);
    /// ```
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.add(pem.into());
        self
    }

    /// Sets a callback for failed fetches, in place of a warning through `tracing`. It must not
    /// block.
    pub fn on_failure(
        mut self,
        callback: impl Fn(&JwksFetchError) + Send + Sync + 'static,
    ) -> Self {
        self.on_failure = Arc::new(callback);
        self
    }

    /// Builds the key source without fetching: the first token causes the fetch, or [`Jwks::load`].
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not `https` (or `http` on this machine), if it is `https` and
    /// neither the feature `ring` nor `aws-lc` is enabled, if a root certificate is not one, or if no
    /// HTTP client can be created.
    pub fn build(self) -> Result<Jwks, JwksError> {
        let url: Url = self.url.parse().map_err(|_| JwksError::Url)?;
        if !is_authentic(&url) {
            return Err(JwksError::Url);
        }
        let client = Client::builder().redirect(redirects(&url)).timeout(self.timeout);
        // This machine is not accessed through a proxy.
        let client = match url.scheme() {
            "http" => client.no_proxy(),
            _ => client,
        };
        let client =
            http_client(client, url.scheme(), &self.roots).map_err(|error| match error {
                TlsError::NoProvider => JwksError::NoTlsProvider,
                TlsError::RootCertificate => JwksError::RootCertificate,
                TlsError::Client(_) => JwksError::Client,
            })?;
        Ok(Jwks::new(client, url, &self))
    }
}

impl fmt::Debug for JwksBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwksBuilder").field("url", &redact_url(&self.url)).finish_non_exhaustive()
    }
}

/// The error for keys that cannot be fetched with these settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwksError {
    /// The URL is neither `https`, nor `http` on this machine.
    Url,
    /// The URL is `https`, and neither the feature `ring` nor `aws-lc` is enabled.
    NoTlsProvider,
    /// A root certificate is not a PEM text with one or more certificates.
    RootCertificate,
    /// The HTTP client cannot be created, because its TLS does not work.
    Client,
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "a key set's URL is https, or http on this machine",
            Self::NoTlsProvider => TlsError::NO_PROVIDER,
            Self::RootCertificate => TlsError::ROOT_CERTIFICATE,
            Self::Client => "no HTTP client can be made: is TLS set up?",
        })
    }
}

impl std::error::Error for JwksError {}

#[cfg(all(test, not(any(feature = "ring", feature = "aws-lc"))))]
mod tests {
    use super::*;

    /// `tests/run features` runs it: with all features there is TLS.
    #[test]
    fn https_without_tls_is_an_error_that_names_the_features() {
        let error = Jwks::builder("https://issuer.example/jwks.json").build().unwrap_err();
        assert_eq!(error, JwksError::NoTlsProvider);
        assert!(error.to_string().ends_with("enable feature `ring` or `aws-lc`"));
        assert!(Jwks::builder("http://127.0.0.1:9/jwks.json").build().is_ok());
    }
}
