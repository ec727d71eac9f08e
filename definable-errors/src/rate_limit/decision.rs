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
#[derive(Debug, Clone)]
pub struct Decision(Standings);

/// Most limits have one quota: it is moved about with every request, so it is kept small.
#[derive(Debug, Clone)]
enum Standings {
    None,
    One([Standing; 1]),
    Several(Box<[Standing]>),
}

impl Decision {
    /// Standings in the order of the quotas that were asked for; those over
    /// [`MAX_QUOTAS`] are cut.
    pub fn of(standings: impl IntoIterator<Item = Standing>) -> Self {
        let mut standings = standings.into_iter().take(MAX_QUOTAS);
        let Some(first) = standings.next() else { return Self::unmetered() };
        let Some(second) = standings.next() else { return Self::one(first) };
        Self(Standings::Several([first, second].into_iter().chain(standings).collect()))
    }

    pub(super) const fn one(standing: Standing) -> Self {
        Self(Standings::One([standing]))
    }

    /// Admitted without being counted, as by a store that fails and lets everybody in. Nothing is
    /// told in headers.
    pub const fn unmetered() -> Self {
        Self(Standings::None)
    }

    /// Whether every quota had enough.
    #[inline]
    pub fn is_admitted(&self) -> bool {
        match &self.0 {
            Standings::None => true,
            Standings::One([one]) => !one.is_exceeded(),
            Standings::Several(several) => !several.iter().any(Standing::is_exceeded),
        }
    }

    /// In the order of the quotas that were asked for.
    pub fn standings(&self) -> &[Standing] {
        match &self.0 {
            Standings::None => &[],
            Standings::One(one) => one,
            Standings::Several(several) => several,
        }
    }

    pub(super) fn standings_mut(&mut self) -> &mut [Standing] {
        match &mut self.0 {
            Standings::None => &mut [],
            Standings::One(one) => one,
            Standings::Several(several) => several,
        }
    }
}
