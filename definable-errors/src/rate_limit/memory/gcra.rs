use super::super::QuotaStatus;
use super::meter::Meter;

/// The state of a client of a steady rate is one number: the time when everything that was used is
/// available again ("theoretical arrival time").
#[derive(Debug, Clone, Copy)]
pub(super) struct Gcra(u64);

/// How long a thread may be suspended between reading the time and using it, in nanoseconds.
const LATE: u64 = 100_000_000;

impl Gcra {
    /// Returns the state of a client that has used nothing.
    pub(super) const fn none(now: u64) -> Self {
        Self(now)
    }

    /// Interprets a stored number at the given time.
    ///
    /// No client can use more than the whole quota. A client seems to have done so if another
    /// thread read a later time but updated the number first, or if the clock went backwards.
    pub(super) fn kept(number: u64, meter: &Meter, now: u64) -> Self {
        let latest = now + meter.span;
        Self(if number > latest + LATE { latest } else { number.max(now) })
    }

    pub(super) const fn number(self) -> u64 {
        self.0
    }

    /// Returns the status after taking the cost, or, if there is too little left, without it.
    pub(super) fn look(self, meter: &Meter, now: u64, cost: u32) -> QuotaStatus {
        let own = meter.step * u64::from(cost);
        let (after, latest) = (self.0 + own, now + meter.span);
        if after <= latest {
            let status = QuotaStatus::raw(left(latest - after, meter), after - now);
            return status.with_refund_token(now + own);
        }
        let remaining = left(latest.saturating_sub(self.0), meter);
        QuotaStatus::raw(remaining, self.0 - now).waiting(after - latest)
    }

    /// Returns the state after taking the cost that [`look`](Self::look) found to be available.
    pub(super) fn after(self, meter: &Meter, cost: u32) -> Self {
        Self(self.0 + meter.step * u64::from(cost))
    }

    /// Returns the state before the cost was taken. None of the cost comes back before it was
    /// taken, so until the mark at least this much of it is still counted. There may be more,
    /// behind what was taken earlier, but how much of that has been refunded in the meantime is
    /// unknown.
    pub(super) fn before(self, meter: &Meter, now: u64, cost: u32, mark: u64) -> Self {
        let own = meter.step * u64::from(cost);
        let back = mark.saturating_sub(now).min(own);
        Self(self.0.saturating_sub(back).max(now))
    }
}

fn left(time: u64, meter: &Meter) -> u32 {
    u32::try_from(meter.steps_in(time)).unwrap_or(u32::MAX)
}
