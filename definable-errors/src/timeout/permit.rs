//! The permit of a concurrency limit.

use tokio::sync::OwnedSemaphorePermit;

/// A permit for one running request, released when dropped.
#[derive(Debug)]
#[must_use = "a permit that is dropped is released"]
pub struct Permit {
    _place: Option<OwnedSemaphorePermit>,
}

impl Permit {
    /// The permit of an exempt path, which takes nothing from the limit.
    pub(super) const EXEMPT: Self = Self { _place: None };

    pub(super) const fn new(place: OwnedSemaphorePermit) -> Self {
        Self { _place: Some(place) }
    }
}
