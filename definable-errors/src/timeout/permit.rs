use tokio::sync::OwnedSemaphorePermit;

/// A place among the requests at work; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    _place: OwnedSemaphorePermit,
}

impl Permit {
    pub(super) const fn new(place: OwnedSemaphorePermit) -> Self {
        Self { _place: place }
    }
}
