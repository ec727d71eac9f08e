//! The layer that limits how often a client may send requests: its settings, its decisions, and
//! attempts that a handler counts itself.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, response};
use serde_json::Value;
use tower_layer::Layer;

use super::fields::Fields;
use super::{
    Address, Caller, ConsumeOutcome, Consumption, Decision, Identity, Key, KeySeed, KeySource,
    MAX_QUOTAS, MemoryStore, Quota, QuotaStore, Route,
};
use crate::context::{UnansweredPreflight, is_preflight};
use crate::error::{ApiError, ApiFuture};
use crate::guard::{ExemptPaths, Guard, GuardService, Guards};
use crate::problem::{ErrorStatus, List, Problem, ProblemType, ProblemTypes, RATE_LIMITED, Types};

/// A layer that limits how often a client may send requests. It rejects requests over the limit
/// with 429 [`RATE_LIMITED`], with headers that contain the wait.
///
/// It is also a [`Guard`](crate::guard::Guard) for tuples of guards. Clones count together. The
/// [module](super) has an example.
#[derive(Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
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
    exempt: ExemptPaths,
    counts_preflights: bool,
    has_legacy_fields: bool,
    problem_type: &'static ProblemType,
    prepared: OnceLock<Prepared>,
}

/// What the first request, or the router that is layered, derives from the settings.
#[derive(Clone)]
struct Prepared {
    seed: KeySeed,
    fields: Fields,
    refusals: Refusals,
}

impl RateLimit {
    /// Limits each client that the source distinguishes to a quota.
    pub fn new(key: impl KeySource, quota: Quota) -> Self {
        Self(Arc::new(Settings {
            key: Arc::new(key),
            quotas: vec![quota],
            store: Arc::new(MemoryStore::new()),
            cost: None,
            counts: None,
            exempt: ExemptPaths::default(),
            counts_preflights: false,
            has_legacy_fields: true,
            problem_type: &RATE_LIMITED,
            prepared: OnceLock::new(),
        }))
    }

    /// Limits each address; see [`Address`].
    pub fn per_address(quota: Quota) -> Self {
        Self::new(Address::peer(), quota)
    }

    /// Limits each subject that authentication found, or else each address; see [`Caller`].
    pub fn per_caller(quota: Quota) -> Self {
        Self::new(Caller::new(), quota)
    }

    /// Limits each route, for all clients together; see [`Route`].
    pub fn per_route(quota: Quota) -> Self {
        Self::new(Route, quota)
    }

    /// Sets another key source, such as an address [behind proxies](Address::behind).
    pub fn key(self, key: impl KeySource) -> Self {
        self.with(|settings| settings.key = Arc::new(key))
    }

    /// Adds a quota. A request takes its cost from every quota, or nothing from any.
    ///
    /// # Panics
    ///
    /// Panics if there already is a quota with that name, or if there are [`MAX_QUOTAS`].
    pub fn quota(self, quota: Quota) -> Self {
        let known = &self.0.quotas;
        assert!(known.len() < MAX_QUOTAS, "a limit has at most {MAX_QUOTAS} quotas");
        assert!(
            known.iter().all(|known| known.name() != quota.name()),
            "quotas of one limit have different names, and {:?} is taken; see `Quota::with_name`",
            quota.name()
        );
        self.with(|settings| settings.quotas.push(quota))
    }

    /// Sets the store; default a [`MemoryStore`] in this process.
    pub fn store(self, store: impl QuotaStore) -> Self {
        self.with(|settings| settings.store = Arc::new(store))
    }

    /// Sets how many requests a request counts as. One that costs more than a quota's capacity
    /// takes all of it; one that costs nothing is admitted, and its response contains the status of
    /// the client.
    pub fn cost(self, cost: impl Fn(&Parts) -> u32 + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.cost = Some(Arc::new(cost)))
    }

    /// Counts only requests whose response has such a status, as for a login: *failed* attempts are
    /// limited, while one that succeeds costs nothing.
    ///
    /// Until its response is there, a request counts, so that a client cannot try more passwords
    /// concurrently than one after the other. A client that does not wait for the response has used
    /// its attempt.
    ///
    /// ```
    /// use definable_errors::rate_limit::{Quota, RateLimit};
    /// use http::StatusCode;
    ///
    /// const LOGIN: Quota = Quota::per_minute(5).with_name("login");
    ///
    /// let limit = RateLimit::per_address(LOGIN)
    ///     .count_when(|status| status == StatusCode::UNAUTHORIZED);
    /// # let _ = limit;
    /// ```
    pub fn count_when(self, counts: impl Fn(StatusCode) -> bool + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.counts = Some(Arc::new(counts)))
    }

    /// Exempts paths from the limit, such as those of health checks;
    /// [`Exempt`](crate::guard::Exempt) describes how they are compared.
    ///
    /// # Panics
    ///
    /// Panics if a path does not start with `/`, or contains a query or a pattern.
    #[track_caller]
    pub fn exempt<P: Into<String>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        let exempt = self.0.exempt.with(paths);
        self.with(|settings| settings.exempt = exempt)
    }

    /// Counts preflights like other requests. A limit without a CORS layer inside it needs this:
    /// nothing answers a preflight there, but any client can send an `OPTIONS` request that looks
    /// like one. Inside a `Stack` (feature `stack`) preflights always count.
    pub fn count_preflights(self) -> Self {
        self.with(|settings| settings.counts_preflights = true)
    }

    /// Omits `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`.
    pub fn without_legacy_headers(self) -> Self {
        self.with(|settings| settings.has_legacy_fields = false)
    }

    /// Uses the problem type of draft-ietf-httpapi-ratelimit-headers-11, and its spelling
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
    fn prepared(&self) -> &Prepared {
        self.prepared.get_or_init(|| {
            self.store.open(&self.quotas);
            let fields = Fields::new(&self.quotas, self.has_legacy_fields);
            let refusals = Refusals::new(self.problem_type, &self.quotas);
            Prepared { seed: self.store.seed(), fields, refusals }
        })
    }

    /// Returns whether the request is not counted. Preflights are sent by browsers, not by clients:
    /// they do not count unless it is known that no layer further in answers them.
    fn is_exempt(&self, request: &Parts) -> bool {
        self.is_free_preflight(request) || self.exempt.contain(request)
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

/// The problem type of the draft (draft-ietf-httpapi-ratelimit-headers-11 §5).
static QUOTA_EXCEEDED: ProblemType =
    ProblemType::new("rate_limited", ErrorStatus::TOO_MANY_REQUESTS, "Quota exceeded")
        .with_uri("https://iana.org/assignments/http-problem-types#quota-exceeded")
        .with_detail(RATE_LIMITED.detail())
        .with_documentation(RATE_LIMITED.documentation())
        .form_of(&RATE_LIMITED);

/// Returns the name of the member that lists the quotas, in the spelling of the type.
fn member(problem_type: &ProblemType) -> &'static str {
    match problem_type.uri() {
        Some(_) => "violated-policies",
        None => "violated_policies",
    }
}

/// The problems of a limit without the wait, created once for each combination of exceeded quotas.
#[derive(Debug, Clone)]
struct Refusals(Box<[Problem]>);

impl Refusals {
    pub(super) fn new(problem_type: &'static ProblemType, quotas: &[Quota]) -> Self {
        let some = 0..1 << quotas.len();
        Self(some.map(|exceeded| problem(problem_type, quotas, exceeded)).collect())
    }

    /// Creates the error that lists the exceeded quotas and the wait.
    pub(super) fn of(
        &self,
        decision: &Decision,
        headers: List<(HeaderName, HeaderValue)>,
    ) -> ApiError {
        let (mut exceeded, mut wait) = (0, 1);
        for (at, status) in decision.statuses().iter().enumerate() {
            if status.is_exceeded() {
                exceeded |= 1 << at;
                wait = wait.max(status.wait_seconds());
            }
        }
        // A store may have returned more statuses than there are quotas.
        let problem = &self.0[exceeded & (self.0.len() - 1)];
        let problem = problem.clone().with_retry_after(Duration::from_secs(wait));
        ApiError::unlocated(problem).with_known_headers(headers)
    }
}

/// Creates the problem for the quotas whose bits are set in `exceeded`.
fn problem(problem_type: &'static ProblemType, quotas: &[Quota], exceeded: usize) -> Problem {
    let is_exceeded = |at: usize| exceeded & (1 << at) != 0;
    let all = quotas.iter().enumerate();
    let names = all.filter(|(at, _)| is_exceeded(*at)).map(|(_, quota)| quota.name().into());
    Problem::new(problem_type).with_own_member(member(problem_type), Value::Array(names.collect()))
}

/// The permit of a [`RateLimit`](super::RateLimit): what the request consumed, unless it was not
/// counted.
#[derive(Debug)]
#[must_use = "a quota that is dropped stays consumed"]
pub struct ConsumedQuota(Option<Counted>);

#[derive(Debug)]
struct Counted {
    key: Key,
    cost: u32,
    decision: Decision,
}

impl Guard for RateLimit {
    type Permit = ConsumedQuota;

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        let settings = self.settings();
        let charge = match charge_of_request(settings, request) {
            Ok(Some(charge)) => charge,
            Ok(None) => return ApiFuture::ready(Ok(ConsumedQuota::UNCOUNTED)),
            Err(error) => return ApiFuture::ready(Err(error)),
        };
        decide(settings, charge)
    }

    fn on_response(&self, permit: ConsumedQuota, response: &mut response::Parts) {
        let settings = self.settings();
        let permit =
            if settings.counts(response.status) { permit } else { permit.refunded(settings) };
        let Some(counted) = permit.0 else { return };
        // A redirect may be followed to another server, and a 304 is served from a cache.
        if !response.status.is_redirection() {
            settings.prepared().fields.write(&counted.decision, &mut response.headers);
        }
    }
}

/// What a request is charged: its cost, to the key of its client.
#[derive(Clone, Copy)]
struct Charge {
    key: Key,
    cost: u32,
}

impl Charge {
    fn consumption(self, settings: &Settings) -> Consumption<'_> {
        Consumption::new(self.key, settings.quotas(), self.cost)
    }
}

/// Returns the charge of a request, or `None` if the request is not counted.
fn charge_of_request(settings: &Settings, request: &Parts) -> Result<Option<Charge>, ApiError> {
    if settings.is_exempt(request) { Ok(None) } else { charge_for(settings, request, ()) }
}

/// Builds the key from the head of the request and from what only the reader of its body knows.
fn charge_for(
    settings: &Settings,
    request: &Parts,
    client: impl Hash,
) -> Result<Option<Charge>, ApiError> {
    let mut hasher = settings.prepared().seed.hasher();
    client.hash(&mut hasher);
    Ok(match settings.key().identify(request, &mut hasher)? {
        Identity::Known => Some(Charge { key: hasher.key(), cost: settings.cost_of(request) }),
        Identity::Unknown => None,
    })
}

fn decide(settings: &Arc<Settings>, charge: Charge) -> ApiFuture<'static, ConsumedQuota> {
    match settings.store().consume(&charge.consumption(settings)) {
        ConsumeOutcome::Decided(decision) => {
            ApiFuture::ready(into_result(settings, charge, decision))
        }
        ConsumeOutcome::Failed(error) => ApiFuture::ready(Err(error)),
        ConsumeOutcome::Deferred => {
            let settings = settings.clone();
            ApiFuture::boxed(async move {
                let decision =
                    settings.store().consume_deferred(charge.consumption(&settings)).await?;
                into_result(&settings, charge, decision)
            })
        }
    }
}

/// Converts a decision into the permit of an admitted request, or the error of a rejected one.
fn into_result(
    settings: &Settings,
    charge: Charge,
    decision: Decision,
) -> Result<ConsumedQuota, ApiError> {
    if decision.is_admitted() {
        let Charge { key, cost } = charge;
        return Ok(ConsumedQuota(Some(Counted { key, cost, decision })));
    }
    let Prepared { fields, refusals, .. } = settings.prepared();
    Err(refusals.of(&decision, fields.of_refusal(&decision)))
}

impl ConsumedQuota {
    const UNCOUNTED: Self = Self(None);

    /// Refunds the request, because it does not count after all.
    pub(super) fn refunded(mut self, settings: &Settings) -> Self {
        if let Self(Some(counted)) = &mut self {
            counted.refund(settings);
        }
        self
    }
}

impl Counted {
    fn refund(&mut self, settings: &Settings) {
        let consumption = Consumption::new(self.key, settings.quotas(), self.cost);
        settings.store().refund(&consumption, &self.decision);
        let statuses = self.decision.statuses_mut().iter_mut().zip(settings.quotas());
        for (status, quota) in statuses {
            *status = status.with_more(consumption.cost_of(quota));
        }
    }
}

impl<S> Layer<S> for RateLimit {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        // Memory is allocated when the service starts, not when its first client connects.
        self.settings().prepared();
        self.clone().before(inner)
    }
}

/// An attempt that a handler granted to a client. It counts unless it is [refunded](Self::refund).
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts"]
pub struct Attempt {
    limit: RateLimit,
    permit: ConsumedQuota,
}

impl Attempt {
    /// Refunds the attempt, because what was tried succeeded.
    pub fn refund(self) {
        drop(self.permit.refunded(self.limit.settings()));
    }
}

impl RateLimit {
    /// Counts an attempt from inside a handler, for a client that cannot be identified by the head
    /// of the request alone: the name in a login, for instance, is in the body. The key is made of
    /// both the key source and `client`.
    ///
    /// ```
    /// use axum::extract::State;
    /// use definable_errors::ApiError;
    /// use definable_errors::extract::Json;
    /// use definable_errors::rate_limit::{Quota, RateLimit};
    /// use http::request::Parts;
    /// # #[derive(serde::Deserialize)]
    /// # struct Login { email: String, password: String }
    /// # fn is_right(login: &Login) -> bool { login.password.len() > 8 }
    ///
    /// const FAILED_LOGINS: Quota = Quota::per_minute(5).with_name("failed-logins");
    ///
    /// async fn login(
    ///     State(failed): State<RateLimit>, // RateLimit::per_address(FAILED_LOGINS)
    ///     request: Parts,
    ///     Json(login): Json<Login>,
    /// ) -> Result<(), ApiError> {
    ///     let attempt = failed.attempt(&request, login.email.to_lowercase()).await?;
    ///     if !is_right(&login) {
    ///         return Err(ApiError::invalid_credentials());
    ///     }
    ///     attempt.refund();
    ///     Ok(())
    /// }
    /// # let _ = axum::Router::<RateLimit>::new().route("/", axum::routing::post(login));
    /// # let _ = RateLimit::per_address(FAILED_LOGINS);
    /// ```
    ///
    /// # Errors
    ///
    /// Returns what the layer would respond with: a 429 with its headers, or the error of the key
    /// source or the store.
    pub async fn attempt(&self, request: &Parts, client: impl Hash) -> Result<Attempt, ApiError> {
        let settings = self.settings();
        let permit = match charge_for(settings, request, client)? {
            Some(charge) => decide(settings, charge).await?,
            None => ConsumedQuota::UNCOUNTED,
        };
        Ok(Attempt { limit: self.clone(), permit })
    }
}
