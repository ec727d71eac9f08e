//! The requests of one client at a steady rate (GCRA).

use super::super::QuotaStatus;
use super::clients::Entry;
use super::meter::Meter;

/// The state of a client of a steady rate is one number: the time when everything that was used is
/// available again ("theoretical arrival time").
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gcra(u64);

impl Gcra {
    /// Returns the time when everything is available again, which is now if nothing is used.
    fn arrival(self, now: u64) -> u64 {
        self.0.max(now)
    }
}

impl Entry for Gcra {
    fn level(&self, _: &Meter, now: u64) -> u64 {
        self.0.saturating_sub(now)
    }

    fn look(&mut self, meter: &Meter, now: u64, cost: u32) -> QuotaStatus {
        let latest = now + meter.span;
        // No client can have used more than the whole quota. If one seems to have, the clock went
        // backwards.
        self.0 = self.0.min(latest);
        let (arrival, own) = (self.arrival(now), meter.step * u64::from(cost));
        let after = arrival + own;
        if after <= latest {
            let status = QuotaStatus::raw(left(latest - after, meter), after - now);
            return status.with_refund_token(now + own);
        }
        QuotaStatus::raw(left(latest - arrival, meter), arrival - now).waiting(after - latest)
    }

    fn consume(&mut self, meter: &Meter, now: u64, cost: u32) {
        self.0 = self.arrival(now) + meter.step * u64::from(cost);
    }

    /// None of the cost comes back before it was taken, so until the mark at least this much of it
    /// is still counted. There may be more, behind what was taken earlier, but how much of that has
    /// been refunded in the meantime is unknown.
    fn refund(&mut self, meter: &Meter, now: u64, cost: u32, mark: u64) {
        let back = mark.saturating_sub(now).min(meter.step * u64::from(cost));
        self.0 = self.0.saturating_sub(back);
    }
}

fn left(time: u64, meter: &Meter) -> u32 {
    u32::try_from(meter.steps_in(time)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::Quota;

    #[test]
    fn whole_cost_is_refunded() {
        let meter = Meter::new(&Quota::per_minute(10).with_burst(10));
        let mut client = Gcra::default();
        let mark = client.look(&meter, 0, 4).refund_token();
        client.consume(&meter, 0, 4);
        assert_eq!(client.look(&meter, 0, 0).remaining(), 6);
        client.refund(&meter, 0, 4, mark);
        assert_eq!(client.look(&meter, 0, 0).remaining(), 10);
    }
}
