use std::fmt;
use std::sync::{Arc, OnceLock};

use http::StatusCode;
use http::request::Parts;

use super::fields::Fields;
use super::refusal::{QUOTA_EXCEEDED, Refusals};
use super::{
    Address, Caller, KeySeed, KeySource, MAX_QUOTAS, MemoryStore, Quota, QuotaStore, Route,
};
use crate::context::{UnansweredPreflight, is_preflight};
use crate::problem::{ProblemType, ProblemTypes, RATE_LIMITED, Types};

/// Lets a client ask so often and no more. Over that it answers 429
/// [`RATE_LIMITED`], with the headers that tell how long to wait.
///
/// It is a layer, and a [`Guard`](crate::guard::Guard) for tuples of guards. Clones count together.
/// The [room](super) shows it at work.
#[derive(Clone)]
pub struct RateLimit(Arc<Settings>);

type Cost = dyn Fn(&Parts) -> u32 + Send + Sync;
type Counts = dyn Fn(StatusCode) -> bool + Send + Sync;

#[derive(Clone)]
pub(super) struct Settings {
    key: Arc<dyn KeySource>,
    quotas: Vec<Quota>,
    store: Arc<dyn QuotaStore>,
    cost: Option<Arc<Cost>>,
    counts: Option<Arc<Counts>>,
    exempt: Vec<Box<str>>,
    counts_preflights: bool,
    has_legacy_fields: bool,
    problem_type: &'static ProblemType,
    prepared: OnceLock<Prepared>,
}

/// What the first request, or the router that is layered, makes of the settings.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) seed: KeySeed,
    pub(super) fields: Fields,
    pub(super) refusals: Refusals,
}

impl RateLimit {
    /// A quota for each client that the source tells apart.
    pub fn new(key: impl KeySource, quota: Quota) -> Self {
        Self(Arc::new(Settings {
            key: Arc::new(key),
            quotas: vec![quota],
            store: Arc::new(MemoryStore::new()),
            cost: None,
            counts: None,
            exempt: Vec::new(),
            counts_preflights: false,
            has_legacy_fields: true,
            problem_type: &RATE_LIMITED,
            prepared: OnceLock::new(),
        }))
    }

    /// For each address; see [`Address`].
    pub fn per_address(quota: Quota) -> Self {
        Self::new(Address::peer(), quota)
    }

    /// For each subject that authentication found, or else each address; see [`Caller`].
    pub fn per_caller(quota: Quota) -> Self {
        Self::new(Caller::new(), quota)
    }

    /// For each route, all clients together; see [`Route`].
    pub fn per_route(quota: Quota) -> Self {
        Self::new(Route, quota)
    }

    /// Another source of keys, such as an address [behind proxies](Address::behind).
    pub fn key(self, key: impl KeySource) -> Self {
        self.with(|settings| settings.key = Arc::new(key))
    }

    /// One more quota. A request needs what it costs of every one, or takes none of any.
    ///
    /// # Panics
    ///
    /// If there is one of that name already, or there are [`MAX_QUOTAS`].
    pub fn quota(self, quota: Quota) -> Self {
        let known = &self.0.quotas;
        assert!(known.len() < MAX_QUOTAS, "a limit has at most {MAX_QUOTAS} quotas");
        assert!(
            known.iter().all(|known| known.name() != quota.name()),
            "quotas of one limit have different names, and {:?} is taken; see `Quota::named`",
            quota.name()
        );
        self.with(|settings| settings.quotas.push(quota))
    }

    /// Where it is counted; in memory of this process where nothing is said.
    pub fn store(self, store: impl QuotaStore) -> Self {
        self.with(|settings| settings.store = Arc::new(store))
    }

    /// How many requests a request is worth. One that costs more than a quota has takes all of it;
    /// one that costs nothing is let in and told how the client stands.
    pub fn cost(self, cost: impl Fn(&Parts) -> u32 + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.cost = Some(Arc::new(cost)))
    }

    /// Counts only requests that are answered with such a status, as for a login: so many *failed*
    /// tries, while one that succeeds costs nothing.
    ///
    /// Until it is answered, a request holds its place, so that nobody tries more passwords at once
    /// than one after the other. A client that does not wait for the answer has used it.
    ///
    /// ```
    /// use definable_errors::rate_limit::{Quota, RateLimit};
    /// use http::StatusCode;
    ///
    /// const LOGIN: Quota = Quota::per_minute(5).named("login");
    ///
    /// let limit = RateLimit::per_address(LOGIN)
    ///     .count_when(|status| status == StatusCode::UNAUTHORIZED);
    /// # let _ = limit;
    /// ```
    pub fn count_when(self, counts: impl Fn(StatusCode) -> bool + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.counts = Some(Arc::new(counts)))
    }

    /// Paths that are not counted, such as `/health`: as the request has them, without the query.
    pub fn exempt<P: Into<Box<str>>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        self.with(|settings| settings.exempt.extend(paths.into_iter().map(Into::into)))
    }

    /// Counts preflights like other requests. A limit that no CORS stands inside of needs this: there
    /// nobody answers a preflight, but anybody can write an `OPTIONS` that looks like one. Inside of a
    /// `Stack` (feature `stack`) preflights always count.
    pub fn count_preflights(self) -> Self {
        self.with(|settings| settings.counts_preflights = true)
    }

    /// Without `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`.
    pub fn without_legacy_fields(self) -> Self {
        self.with(|settings| settings.has_legacy_fields = false)
    }

    /// Answers with the problem type of draft-ietf-httpapi-ratelimit-headers-11, and its spelling
    /// `violated-policies`. The code stays `rate_limited`.
    pub fn draft_problem_type(self) -> Self {
        self.with(|settings| settings.problem_type = &QUOTA_EXCEEDED)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let settings = Arc::make_mut(&mut self.0);
        change(settings);
        settings.prepared = OnceLock::new();
        self
    }

    pub(super) const fn settings(&self) -> &Arc<Settings> {
        &self.0
    }
}

impl Settings {
    pub(super) fn prepared(&self) -> &Prepared {
        self.prepared.get_or_init(|| {
            self.store.open(&self.quotas);
            let fields = Fields::new(&self.quotas, self.has_legacy_fields);
            let refusals = Refusals::new(self.problem_type, &self.quotas);
            Prepared { seed: self.store.seed(), fields, refusals }
        })
    }

    /// Preflights are sent by browsers, not by clients: they do not count, unless it is known that
    /// nobody further in answers them.
    pub(super) fn is_exempt(&self, request: &Parts) -> bool {
        self.is_free_preflight(request)
            || self.exempt.iter().any(|path| **path == *request.uri.path())
    }

    fn is_free_preflight(&self, request: &Parts) -> bool {
        is_preflight(&request.method, &request.headers)
            && !self.counts_preflights
            && request.extensions.get::<UnansweredPreflight>().is_none()
    }

    pub(super) fn key(&self) -> &dyn KeySource {
        &*self.key
    }

    pub(super) fn store(&self) -> &dyn QuotaStore {
        &*self.store
    }

    pub(super) fn quotas(&self) -> &[Quota] {
        &self.quotas
    }

    pub(super) fn cost_of(&self, request: &Parts) -> u32 {
        self.cost.as_ref().map_or(1, |cost| cost(request))
    }

    pub(super) fn counts(&self, status: StatusCode) -> bool {
        self.counts.as_ref().is_none_or(|counts| counts(status))
    }
}

impl ProblemTypes for RateLimit {
    const TYPES: Types = Types { own: &[&RATE_LIMITED], others: &[] };
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit")
            .field("quotas", &self.0.quotas)
            .field("exempt", &self.0.exempt)
            .finish_non_exhaustive()
    }
}
