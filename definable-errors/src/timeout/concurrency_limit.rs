//! The limit on the number of requests that run at the same time, and its permit.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::request::Parts;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_layer::Layer;

use crate::error::{ApiError, ApiFuture};
use crate::guard::{ExemptPaths, Guard, GuardService, Guards};
use crate::problem::{OVERLOADED, Problem, ProblemTypes, Types};

/// A limit on the number of requests that run at the same time: a layer, and a [`Guard`] for tuples
/// of guards.
///
/// When all permits are taken, a few more requests wait in a queue for a short while; every other
/// request is rejected immediately with 503 `overloaded`, which costs next to nothing, so admitted
/// requests are answered as fast as ever. All clones count together, so the routes of a router
/// share one limit.
///
/// A permit is released when the head of the response is ready, when the handler fails or panics,
/// and when the client disconnects. A streaming body holds no permit.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::timeout::ConcurrencyLimit;
///
/// let app: Router = Router::new()
///     .route("/search", get(|| async { "found" }))
///     .route("/health", get(|| async { "alive" }))
///     .layer(ConcurrencyLimit::new(200).exempt(["/health"]))
///     .layer(ApiErrorLayer::new());
/// # let _ = app;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct ConcurrencyLimit {
    places: Arc<Places>,
    queue: usize,
    queue_timeout: Duration,
    exempt: ExemptPaths,
}

/// The state that all clones share.
#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    limit: usize,
}

impl ConcurrencyLimit {
    /// Limits the requests that run at the same time to `limit`, with a queue of a quarter as many,
    /// in which a request waits at most 100 ms.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is zero, or greater than [`MAX`](Self::MAX).
    pub fn new(limit: usize) -> Self {
        assert!((1..=Self::MAX).contains(&limit), "a limit of {limit} requests makes no sense");
        let free = Arc::new(Semaphore::new(limit));
        let places = Arc::new(Places { free, waiting: AtomicUsize::new(0), limit });
        let (queue, queue_timeout) = (limit / 4, Duration::from_millis(100));
        Self { places, queue, queue_timeout, exempt: ExemptPaths::default() }
    }

    /// The greatest possible limit.
    pub const MAX: usize = Semaphore::MAX_PERMITS;

    /// Limits the queue to `queue` requests; 0 disables it.
    ///
    /// # Panics
    ///
    /// Panics if `queue` is greater than a quarter of the limit: a long queue delays every response
    /// and increases no throughput.
    pub fn queue(self, queue: usize) -> Self {
        assert!(queue <= self.places.limit / 4, "a queue is a quarter of the limit at most");
        Self { queue, ..self }
    }

    /// Limits the time that a request waits in the queue.
    pub fn queue_timeout(self, queue_timeout: Duration) -> Self {
        Self { queue_timeout, ..self }
    }

    /// Exempts paths from the limit, such as those of health checks;
    /// [`Exempt`](crate::guard::Exempt) describes how they are compared.
    ///
    /// # Panics
    ///
    /// Panics if a path does not start with `/`, or contains a query or a pattern.
    #[track_caller]
    pub fn exempt<P: Into<String>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        let exempt = self.exempt.with(paths);
        Self { exempt, ..self }
    }

    /// Returns the maximum number of requests that run at the same time.
    pub fn limit(&self) -> usize {
        self.places.limit
    }

    /// Returns the number of requests that are running now.
    pub fn in_flight(&self) -> usize {
        self.places.limit - self.places.free.available_permits()
    }

    /// Returns the number of requests that are waiting now.
    pub fn waiting(&self) -> usize {
        self.places.waiting.load(Ordering::Relaxed)
    }

    fn place_in_queue(&self) -> Option<PlaceInQueue> {
        let queue = self.queue;
        let one_more = |waiting| (waiting < queue).then_some(waiting + 1);
        let waiting = &self.places.waiting;
        waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(PlaceInQueue(self.places.clone()))
    }
}

/// A limit of 1024 requests.
impl Default for ConcurrencyLimit {
    fn default() -> Self {
        Self::new(1024)
    }
}

impl fmt::Display for ConcurrencyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at work", self.limit())?;
        match self.queue {
            0 => {}
            queue => write!(f, ", {queue} waiting for up to {:?}", self.queue_timeout)?,
        }
        self.exempt.fmt(f)
    }
}

impl Guard for ConcurrencyLimit {
    type Permit = Permit;

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        if self.exempt.contain(request) {
            return ApiFuture::ready(Ok(Permit::EXEMPT));
        }
        if let Ok(permit) = self.places.free.clone().try_acquire_owned() {
            return ApiFuture::ready(Ok(Permit::new(permit)));
        }
        match self.place_in_queue() {
            Some(place) => ApiFuture::boxed(wait(place, self.queue_timeout)),
            None => ApiFuture::ready(Err(self.places.overloaded())),
        }
    }
}

impl<S> Layer<S> for ConcurrencyLimit {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().before(inner)
    }
}

impl ProblemTypes for ConcurrencyLimit {
    const TYPES: Types = Types { own: &[&OVERLOADED], others: &[] };
}

impl Places {
    fn overloaded(&self) -> ApiError {
        // Clients that were rejected at the same time should not come back at the same time.
        ApiError::unlocated(Problem::new(&OVERLOADED))
            .with_retry_after(Duration::from_secs(fastrand::u64(1..=3)))
            .with_note(format!("{} requests are at work", self.limit))
    }
}

async fn wait(place: PlaceInQueue, queue_timeout: Duration) -> Result<Permit, ApiError> {
    let turn = place.0.free.clone().acquire_owned();
    match tokio::time::timeout(queue_timeout, turn).await {
        Ok(Ok(permit)) => Ok(Permit::new(permit)),
        _ => Err(place.0.overloaded()),
    }
}

/// A place in the queue, released when dropped.
struct PlaceInQueue(Arc<Places>);

impl Drop for PlaceInQueue {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A permit for one running request, released when dropped.
#[derive(Debug)]
#[must_use = "a permit that is dropped is released"]
pub struct Permit {
    _place: Option<OwnedSemaphorePermit>,
}

impl Permit {
    /// The permit of an exempt path, which takes nothing from the limit.
    const EXEMPT: Self = Self { _place: None };

    pub(super) const fn new(place: OwnedSemaphorePermit) -> Self {
        Self { _place: Some(place) }
    }
}
