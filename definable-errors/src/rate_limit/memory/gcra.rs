use super::super::QuotaStatus;
use super::meter::Meter;

/// A steady rate keeps one number of a client: the time when all that was used has come back
/// ("theoretical arrival time").
#[derive(Debug, Clone, Copy)]
pub(super) struct Gcra(u64);

/// A thread may be stopped for so long between asking for the time and making use of it, in
/// nanoseconds.
const LATE: u64 = 100_000_000;

impl Gcra {
    /// What a client has now that used nothing.
    pub(super) const fn none(now: u64) -> Self {
        Self(now)
    }

    /// What is kept, as it is to be read now.
    ///
    /// Nobody can use more than everything. Somebody seems to have when another thread asked for the
    /// time later and was here earlier, or when the clock went back.
    pub(super) fn kept(number: u64, meter: &Meter, now: u64) -> Self {
        let latest = now + meter.span;
        Self(if number > latest + LATE { latest } else { number.max(now) })
    }

    pub(super) const fn number(self) -> u64 {
        self.0
    }

    /// How the client would stand if the cost were taken now, or how it stands without.
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

    /// With what [`look`](Self::look) said there is.
    pub(super) fn after(self, meter: &Meter, cost: u32) -> Self {
        Self(self.0 + meter.step * u64::from(cost))
    }

    /// Nothing of this came back before it was taken, so until the mark there is at least so much of
    /// it. There may be more, behind what was taken earlier; but how much of that was given back
    /// meanwhile, nobody knows any more.
    pub(super) fn before(self, meter: &Meter, now: u64, cost: u32, mark: u64) -> Self {
        let own = meter.step * u64::from(cost);
        let back = mark.saturating_sub(now).min(own);
        Self(self.0.saturating_sub(back).max(now))
    }
}

fn left(time: u64, meter: &Meter) -> u32 {
    u32::try_from(meter.steps_in(time)).unwrap_or(u32::MAX)
}
