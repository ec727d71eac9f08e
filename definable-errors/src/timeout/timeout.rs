use std::time::Duration;

use tower_layer::Layer;

use super::TimeoutService;
use crate::problem::{DEADLINE_EXCEEDED, ProblemTypes, REQUEST_TIMEOUT, Types};

/// A layer that limits how long a request may take until the head of its response is ready; see the
/// [module](crate::timeout) for details.
///
/// The time counts from the arrival of the request, which is when the outermost layer of this crate
/// received it. If there are several deadlines the earliest applies, wherever its layer is: an
/// inner one can only shorten the time.
///
/// ```
/// use std::time::Duration;
///
/// use axum::{Router, routing::get};
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::timeout::Timeout;
///
/// let app: Router = Router::new()
///     .route("/search", get(|| async { "found" }).layer(Timeout::new(Duration::from_secs(2))))
///     .layer(Timeout::new(Duration::from_secs(10)))
///     .layer(ApiErrorLayer::new());
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Timeout {
    duration: Option<Duration>,
}

impl Timeout {
    /// Limits how long a request may take to `timeout`.
    pub const fn new(timeout: Duration) -> Self {
        Self { duration: Some(timeout) }
    }

    /// Sets no deadline, for a setting that may be absent.
    pub const fn none() -> Self {
        Self { duration: None }
    }

    /// Returns the time that a request may take, or `None` if it is not limited.
    pub const fn duration(self) -> Option<Duration> {
        self.duration
    }
}

impl<S> Layer<S> for Timeout {
    type Service = TimeoutService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TimeoutService::new(inner, self.duration)
    }
}

impl ProblemTypes for Timeout {
    const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED, &REQUEST_TIMEOUT], others: &[] };
}
