use std::time::Duration;

use tower_layer::Layer;

use super::TimeoutService;
use crate::problem::{DEADLINE_EXCEEDED, ProblemTypes, REQUEST_TIMEOUT, Types};

/// How long a request may take, until the head of its response is there; the [room](crate::timeout)
/// tells the rest.
///
/// The time counts from the arrival of the request, which is when the outermost of our layers saw it.
/// Of several deadlines the earliest holds, wherever it stands: one inside can only shorten.
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
pub struct Timeout {
    after: Option<Duration>,
}

impl Timeout {
    /// The time that a request may take.
    pub const fn new(after: Duration) -> Self {
        Self { after: Some(after) }
    }

    /// No deadline, for a setting that may be absent.
    pub const fn none() -> Self {
        Self { after: None }
    }

    /// The time that a request may take, where it is bounded.
    pub const fn duration(self) -> Option<Duration> {
        self.after
    }
}

impl<S> Layer<S> for Timeout {
    type Service = TimeoutService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TimeoutService::new(inner, self.after)
    }
}

impl ProblemTypes for Timeout {
    const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED, &REQUEST_TIMEOUT], others: &[] };
}
