use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::request::Parts;
use tokio::sync::Semaphore;
use tower_layer::Layer;

use super::Permit;
use crate::error::{ApiError, ApiFuture};
use crate::guard::{Exempt, Guard, GuardService, Guards};
use crate::problem::{OVERLOADED, Problem, ProblemTypes, Types};

/// How many requests may be at work at once: a layer, and a [`Guard`] to stand in a tuple of guards.
///
/// When all places are taken a few more requests wait for a short while; any other is refused at once
/// with a 503 `overloaded`, which costs next to nothing, so those that were admitted are answered as
/// fast as ever. All clones count together, so a router's routes share one limit.
///
/// A place is given back when the head of the response is there, when the handler fails or panics,
/// and when the client goes away. A body that streams holds none.
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
pub struct ConcurrencyLimit {
    places: Arc<Places>,
    queue: usize,
    queue_timeout: Duration,
}

/// What all clones share.
#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    limit: usize,
}

impl ConcurrencyLimit {
    /// As many as that at once, a quarter as many in the queue, for 100 ms at most.
    ///
    /// # Panics
    ///
    /// If it is none at all, or more than [`MAX`](Self::MAX).
    pub fn new(limit: usize) -> Self {
        assert!((1..=Self::MAX).contains(&limit), "a limit of {limit} requests makes no sense");
        let free = Arc::new(Semaphore::new(limit));
        let places = Arc::new(Places { free, waiting: AtomicUsize::new(0), limit });
        Self { places, queue: limit / 4, queue_timeout: Duration::from_millis(100) }
    }

    /// More is no limit.
    pub const MAX: usize = Semaphore::MAX_PERMITS;

    /// How many may wait for a place; 0 for none.
    ///
    /// # Panics
    ///
    /// If it is more than a quarter of the limit: a long queue makes every answer late and none more.
    pub fn queue(self, queue: usize) -> Self {
        assert!(queue <= self.places.limit / 4, "a queue is a quarter of the limit at most");
        Self { queue, ..self }
    }

    /// How long one may wait for a place.
    pub fn queue_timeout(self, queue_timeout: Duration) -> Self {
        Self { queue_timeout, ..self }
    }

    /// The limit for all but these paths; see [`Exempt`].
    ///
    /// # Panics
    ///
    /// If a path does not start with `/`.
    pub fn exempt<P: Into<String>>(self, paths: impl IntoIterator<Item = P>) -> Exempt<Self> {
        Exempt::new(self, paths)
    }

    /// How many may be at work at once.
    pub fn limit(&self) -> usize {
        self.places.limit
    }

    /// How many are at work now.
    pub fn in_flight(&self) -> usize {
        self.places.limit - self.places.free.available_permits()
    }

    /// How many wait now.
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

/// 1024 at once.
impl Default for ConcurrencyLimit {
    fn default() -> Self {
        Self::new(1024)
    }
}

impl fmt::Display for ConcurrencyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at work", self.limit())?;
        match self.queue {
            0 => Ok(()),
            queue => write!(f, ", {queue} waiting for up to {:?}", self.queue_timeout),
        }
    }
}

impl Guard for ConcurrencyLimit {
    type Permit = Permit;

    fn admit(&self, _: &mut Parts) -> ApiFuture<'static, Self::Permit> {
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
        // Clients that were refused together shall not come back together.
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

/// One of those who wait; given back when dropped.
struct PlaceInQueue(Arc<Places>);

impl Drop for PlaceInQueue {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
