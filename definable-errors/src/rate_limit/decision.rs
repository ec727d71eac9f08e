use super::{MAX_QUOTAS, QuotaStatus};

/// The decision of a store: the status of the client for each quota.
///
/// The client is admitted if every quota had enough left; only then is anything taken.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::{Decision, QuotaStatus};
///
/// let second = Duration::from_secs(1);
/// let enough = QuotaStatus::within(9, second);
/// let too_little = QuotaStatus::exceeded(0, second, second);
/// assert!(Decision::new([enough]).is_admitted());
/// assert!(!Decision::new([enough, too_little]).is_admitted());
/// assert!(Decision::unmetered().is_admitted());
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Decision(Statuses);

/// Most limits have one quota. The decision is moved about with every request, so it is kept small.
#[derive(Debug, Clone)]
enum Statuses {
    None,
    One([QuotaStatus; 1]),
    Several(Box<[QuotaStatus]>),
}

impl Decision {
    /// Creates a decision from statuses, in the order of the quotas in the
    /// [`Consumption`](super::Consumption). Statuses beyond [`MAX_QUOTAS`] are dropped.
    pub fn new(statuses: impl IntoIterator<Item = QuotaStatus>) -> Self {
        let mut statuses = statuses.into_iter().take(MAX_QUOTAS);
        let Some(first) = statuses.next() else { return Self::unmetered() };
        let Some(second) = statuses.next() else { return Self::one(first) };
        Self(Statuses::Several([first, second].into_iter().chain(statuses).collect()))
    }

    pub(super) const fn one(status: QuotaStatus) -> Self {
        Self(Statuses::One([status]))
    }

    /// Admits the client without counting it, as a store does that fails open. No rate limit
    /// headers are written.
    pub const fn unmetered() -> Self {
        Self(Statuses::None)
    }

    /// Returns whether every quota had enough left.
    #[inline]
    pub fn is_admitted(&self) -> bool {
        match &self.0 {
            Statuses::None => true,
            Statuses::One([one]) => !one.is_exceeded(),
            Statuses::Several(several) => !several.iter().any(QuotaStatus::is_exceeded),
        }
    }

    /// Returns the statuses, in the order of the quotas in the [`Consumption`](super::Consumption).
    pub fn statuses(&self) -> &[QuotaStatus] {
        match &self.0 {
            Statuses::None => &[],
            Statuses::One(one) => one,
            Statuses::Several(several) => several,
        }
    }

    pub(super) fn statuses_mut(&mut self) -> &mut [QuotaStatus] {
        match &mut self.0 {
            Statuses::None => &mut [],
            Statuses::One(one) => one,
            Statuses::Several(several) => several,
        }
    }
}
