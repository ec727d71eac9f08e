use super::super::Standing;
use super::meter::Meter;
use super::slot::Slot;

/// A steady rate: the time when all that was used has come back ("theoretical arrival time").
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Arrival(u64);

impl Slot for Arrival {
    fn advance(&mut self, meter: &Meter, now: u64) {
        // Nobody can use more than everything; if somebody seems to have, the clock went back.
        self.0 = self.0.clamp(now, now + meter.span);
    }

    fn look(&self, meter: &Meter, now: u64, cost: u32) -> Standing {
        let own = meter.step * u64::from(cost);
        let after = self.0 + own;
        let latest = now + meter.span;
        if after <= latest {
            let standing = Standing::raw(left(latest - after, meter), after - now);
            return standing.with_mark(now + own);
        }
        Standing::raw(left(latest - self.0, meter), self.0 - now).waiting(after - latest)
    }

    fn take(&mut self, meter: &Meter, _: u64, cost: u32) {
        self.0 += meter.step * u64::from(cost);
    }

    /// Nothing of this came back before it was taken, so until the mark there is at least so much of
    /// it. There may be more, behind what was taken earlier; but how much of that was given back
    /// meanwhile, nobody knows any more.
    fn give_back(&mut self, meter: &Meter, now: u64, cost: u32, mark: u64) {
        let own = meter.step * u64::from(cost);
        let back = mark.saturating_sub(now).min(own);
        self.0 = self.0.saturating_sub(back).max(now);
    }

    fn level(&self, _: &Meter, now: u64) -> u64 {
        self.0.saturating_sub(now)
    }
}

fn left(time: u64, meter: &Meter) -> u32 {
    u32::try_from(time / meter.step).unwrap_or(u32::MAX)
}
