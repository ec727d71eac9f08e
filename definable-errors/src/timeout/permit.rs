use tokio::sync::OwnedSemaphorePermit;

/// A permit for one running request, released when dropped.
#[derive(Debug)]
pub struct Permit {
    _place: OwnedSemaphorePermit,
}

impl Permit {
    pub(super) const fn new(place: OwnedSemaphorePermit) -> Self {
        Self { _place: place }
    }
}
