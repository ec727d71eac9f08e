use super::{MAX_QUOTAS, Standing};

/// What a store decided: how the client stands with each quota.
///
/// The client is admitted when every quota had enough, and only then anything was taken.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::{Decision, Standing};
///
/// let second = Duration::from_secs(1);
/// let enough = Standing::within(9, second);
/// let too_little = Standing::exceeded(0, second, second);
/// assert!(Decision::of([enough]).is_admitted());
/// assert!(!Decision::of([enough, too_little]).is_admitted());
/// assert!(Decision::unmetered().is_admitted());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Decision {
    standings: [Standing; MAX_QUOTAS],
    count: usize,
}

impl Decision {
    /// Standings in the order of the quotas that were asked for; those over
    /// [`MAX_QUOTAS`] are cut.
    pub fn of(standings: impl IntoIterator<Item = Standing>) -> Self {
        let mut decision = Self::unmetered();
        for (place, standing) in decision.standings.iter_mut().zip(standings) {
            *place = standing;
            decision.count += 1;
        }
        decision
    }

    /// Admitted without being counted, as by a store that fails and lets everybody in. Nothing is
    /// told in headers.
    pub const fn unmetered() -> Self {
        Self { standings: [Standing::raw(0, 0); MAX_QUOTAS], count: 0 }
    }

    /// Whether every quota had enough.
    pub fn is_admitted(&self) -> bool {
        !self.standings().iter().any(Standing::is_exceeded)
    }

    /// In the order of the quotas that were asked for.
    pub fn standings(&self) -> &[Standing] {
        &self.standings[..self.count]
    }

    pub(super) fn standings_mut(&mut self) -> &mut [Standing] {
        &mut self.standings[..self.count]
    }
}
