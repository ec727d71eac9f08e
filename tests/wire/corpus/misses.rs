//! What is not found, and why. The docs of the room `extract` have a line for each reason.

/// A mistake that is told as `invalid`, only around it, or not at all.
pub(super) struct KnownMiss {
    pub(super) shape: &'static str,
    /// What should be told; all at a place and below where it ends with `/*`.
    pub(super) lost: &'static str,
    pub(super) beside: Beside,
    /// In how many bodies.
    pub(super) times: usize,
    pub(super) reason: &'static str,
}

/// What has to be wrong besides.
pub(super) enum Beside {
    Nothing,
    Told(&'static str),
}

pub(super) const KNOWN_MISSES: &[KnownMiss] = &[];
