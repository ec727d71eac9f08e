use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use reqwest::{Client, Url};
use tokio::sync::watch;

use super::budget::Budget;
use super::fetch::{Fetched, Freshness, fetch};
use super::unknown::Unknown;
use super::{JwksBuilder, JwksFailure};
use crate::auth::jwt::{KeyLookup, KeySet, Keys};
use crate::error::{ApiError, ApiFuture};
use crate::problem::{KEYS_UNAVAILABLE, Problem};

/// The keys of an issuer that publishes them; the [room](super) says how they are kept.
///
/// Cheap to clone; all clones are the same keys.
#[derive(Clone)]
pub struct Jwks(Arc<Inner>);

struct Inner {
    client: Client,
    url: Url,
    refresh: Duration,
    max_stale: Option<Duration>,
    on_failure: Arc<dyn Fn(&JwksFailure) + Send + Sync>,
    snapshot: ArcSwapOption<Snapshot>,
    desk: Mutex<Desk>,
}

/// The keys as they were last fetched.
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

/// What becomes of a request for newer keys.
enum Asked {
    /// A fetch is under way; the channel closes at its end.
    UnderWay(watch::Receiver<()>),
    /// The key was looked for a moment ago, or nobody ever looks.
    Unknown,
    /// For so long nothing is fetched for tokens: others have used up the budget.
    Spent(Duration),
}

/// Who decides whether to fetch.
struct Desk {
    /// Closed when the fetch under way is over.
    under_way: Option<watch::Receiver<()>>,
    /// For tokens that name an unknown key, and while there are no keys.
    for_keys: Budget,
    /// For tokens whose signature is not that of the key which they name. Apart, so that no flood of
    /// them delays the first token of a rotation.
    for_signatures: Budget,
    unknown: Unknown,
    is_refreshing: bool,
}

impl Desk {
    const fn budget(&mut self, wanted: KeyLookup<'_>) -> &mut Budget {
        match wanted {
            KeyLookup::Signature => &mut self.for_signatures,
            KeyLookup::Any | KeyLookup::Key(_) => &mut self.for_keys,
        }
    }
}

/// Not sooner, whatever a server says, and however often it fails.
const SHORTEST_REFRESH: Duration = Duration::from_secs(30);

impl Jwks {
    /// The keys at a URL.
    pub fn builder(url: impl Into<String>) -> JwksBuilder {
        JwksBuilder::new(url.into())
    }

    pub(super) fn new(client: Client, url: Url, builder: &JwksBuilder) -> Self {
        let (burst, every) = builder.refetch;
        let desk = Desk {
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
            desk: Mutex::new(desk),
        }))
    }

    /// Fetches the keys now, so that a service finds out at its start that it cannot.
    ///
    /// # Errors
    ///
    /// 503 `keys_unavailable`, with the cause for operators.
    pub async fn load(&self) -> Result<(), ApiError> {
        let under_way = self.0.begin(&mut self.0.desk());
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
            // Somebody else's fetch may have ended meanwhile.
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

    /// Waits until a fetch that may have brought what is wanted is over. Returns how long nothing may
    /// be fetched for a token whose key is unknown: that it is invalid nobody knows.
    async fn fetch_for(self: &Arc<Self>, wanted: KeyLookup<'_>) -> Option<Duration> {
        let began = Instant::now();
        // A fetch that others began earlier may have missed a key by a moment.
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

    /// Joins the fetch under way, or begins one if the budget has one left.
    fn ask(self: &Arc<Self>, wanted: KeyLookup<'_>) -> Asked {
        let (mut desk, now) = (self.desk(), Instant::now());
        if let Some(under_way) = &desk.under_way {
            return Asked::UnderWay(under_way.clone());
        }
        let is_unknown = matches!(wanted, KeyLookup::Key(id) if desk.unknown.has(id, now));
        let budget = desk.budget(wanted);
        if is_unknown || budget.is_nothing() {
            Asked::Unknown
        } else if budget.take(now) {
            Asked::UnderWay(self.begin(&mut desk))
        } else {
            Asked::Spent(budget.wait(now))
        }
    }

    /// Whether the keys arrived after somebody wanted one, and were asked for before that.
    fn has_just_missed(&self, wanted: KeyLookup<'_>, began: Instant) -> bool {
        let snapshot = self.snapshot.load();
        let (KeyLookup::Key(id), Some(snapshot)) = (wanted, &*snapshot) else { return false };
        snapshot.asked_at < began && snapshot.fetched_at >= began && !snapshot.has(id)
    }

    /// Fetches in a task of its own: a client that goes away does not take the keys of all with it.
    fn begin(self: &Arc<Self>, desk: &mut Desk) -> watch::Receiver<()> {
        if let Some(under_way) = &desk.under_way {
            return under_way.clone();
        }
        let (sender, receiver) = watch::channel(());
        desk.under_way = Some(receiver.clone());
        let ended = Ended { inner: self.clone(), _sender: sender };
        tokio::spawn(async move { ended.inner.fetch().await });
        if !std::mem::replace(&mut desk.is_refreshing, true) {
            tokio::spawn(refresh(Arc::downgrade(self)));
        }
        receiver
    }

    async fn wait(&self, mut under_way: watch::Receiver<()>) {
        // Nothing is ever sent: an error is the end of the fetch.
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
            // Keys that are there stay.
            (Ok(Fetched::Same(_)), None) => return,
            (Err(failure), _) => return (self.on_failure)(&failure),
        };
        let snapshot = Snapshot { keys, freshness, asked_at, fetched_at: Instant::now() };
        self.snapshot.store(Some(Arc::new(snapshot)));
    }

    /// A key that a fetch did not bring is not looked for again for a while. One that failed says
    /// nothing about keys.
    fn remember(&self, wanted: KeyLookup<'_>, began: Instant) {
        let snapshot = self.snapshot.load_full();
        let (KeyLookup::Key(id), Some(snapshot)) = (wanted, snapshot) else { return };
        if snapshot.asked_at >= began && !snapshot.has(id) {
            self.desk().unknown.add(id, Instant::now());
        }
    }

    /// How long until something may be fetched for a token.
    fn next_fetch(&self) -> Duration {
        self.desk().for_keys.wait(Instant::now())
    }

    fn unavailable(&self, wait: Duration) -> ApiError {
        ApiError::unlocated(Problem::new(&KEYS_UNAVAILABLE))
            .with_retry_after(wait.max(Duration::from_secs(1)))
            .with_note(format!("no keys from {}", crate::redact::url(self.url.as_str())))
    }

    /// How long until the keys should be fetched again.
    fn pause(&self) -> Duration {
        let snapshot = self.snapshot.load();
        let Some(snapshot) = snapshot.as_ref() else {
            return SHORTEST_REFRESH.min(self.refresh);
        };
        let asked =
            snapshot.freshness.max_age.map_or(self.refresh, |age| age.max(SHORTEST_REFRESH));
        let due = asked.min(self.refresh).saturating_sub(snapshot.fetched_at.elapsed());
        match due.is_zero() {
            // The last fetch failed.
            true => SHORTEST_REFRESH.min(self.refresh),
            false => due,
        }
    }

    /// A panic elsewhere left a desk that is whole: every change is one step.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fetches now and then, as long as somebody holds the keys.
async fn refresh(keys: std::sync::Weak<Inner>) {
    while let Some(pause) = keys.upgrade().map(|inner| inner.pause()) {
        tokio::time::sleep(pause).await;
        let Some(inner) = keys.upgrade() else { return };
        let under_way = inner.begin(&mut inner.desk());
        inner.wait(under_way).await;
    }
}

/// Ends a fetch, also one that panicked.
struct Ended {
    inner: Arc<Inner>,
    _sender: watch::Sender<()>,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.inner.desk().under_way = None;
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks")
            .field("url", &crate::redact::url(self.0.url.as_str()))
            .finish_non_exhaustive()
    }
}
