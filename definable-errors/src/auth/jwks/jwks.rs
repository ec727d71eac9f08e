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
use crate::auth::Answer;
use crate::auth::jwt::{KeySet, Keys, Wanted};
use crate::error::ApiError;
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
    fetched_at: Instant,
}

/// Who decides whether to fetch.
struct Desk {
    /// Closed when the fetch under way is over.
    under_way: Option<watch::Receiver<()>>,
    budget: Budget,
    unknown: Unknown,
    is_refreshing: bool,
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
            budget: Budget::new(burst, every, Instant::now()),
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
            None => Err(self.0.unavailable()),
        }
    }
}

impl Keys for Jwks {
    fn current(&self) -> Option<Arc<KeySet>> {
        self.0.usable()
    }

    fn newer<'a>(
        &'a self,
        than: Option<Arc<KeySet>>,
        wanted: Wanted<'a>,
    ) -> Answer<'a, Option<Arc<KeySet>>> {
        Answer::later(async move {
            let is_other =
                |keys: &Arc<KeySet>| !than.as_ref().is_some_and(|than| Arc::ptr_eq(than, keys));
            // Somebody else's fetch may have ended meanwhile.
            if let Some(keys) = self.0.usable().filter(is_other) {
                return Ok(Some(keys));
            }
            let began = Instant::now();
            if let Some(under_way) = self.0.ask(wanted) {
                self.0.wait(under_way).await;
                self.0.remember(wanted, began);
            }
            match self.0.usable() {
                Some(keys) => Ok(Some(keys).filter(is_other)),
                None => Err(self.0.unavailable()),
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

    /// Joins the fetch under way, or begins one if the budget has one left.
    fn ask(self: &Arc<Self>, wanted: Wanted<'_>) -> Option<watch::Receiver<()>> {
        let (mut desk, now) = (self.desk(), Instant::now());
        if desk.under_way.is_some() {
            return desk.under_way.clone();
        }
        let is_known = matches!(wanted, Wanted::Key(id) if desk.unknown.has(id, now));
        let may = !is_known && desk.budget.take(now);
        may.then(|| self.begin(&mut desk))
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
        let snapshot = Snapshot { keys, freshness, fetched_at: Instant::now() };
        self.snapshot.store(Some(Arc::new(snapshot)));
    }

    /// A key that a fetch did not bring is not looked for again for a while. One that failed says
    /// nothing about keys.
    fn remember(&self, wanted: Wanted<'_>, began: Instant) {
        let snapshot = self.snapshot.load_full();
        let (Wanted::Key(id), Some(snapshot)) = (wanted, snapshot) else { return };
        let is_there = snapshot.keys.keys().iter().any(|key| key.id() == Some(id));
        if snapshot.fetched_at >= began && !is_there {
            self.desk().unknown.add(id, Instant::now());
        }
    }

    fn unavailable(&self) -> ApiError {
        let wait = self.desk().budget.wait(Instant::now()).max(Duration::from_secs(1));
        ApiError::unlocated(Problem::new(&KEYS_UNAVAILABLE))
            .with_retry_after(wait)
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
