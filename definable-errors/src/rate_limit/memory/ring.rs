//! The requests of one client in a sliding window: counts of the most recent parts of time.

use super::super::QuotaStatus;
use super::clients::{Entry, TAKEN_LAST};
use super::meter::{HALVES, Meter};

/// A ring of counts of the most recent parts of time; `used` is their sum.
///
/// For most requests only the part is known, and they count as long as the last moment of that part
/// is less than a window ago. For the newest request the exact time is known: one window later
/// nothing counts any more, so an admitted client learns exactly when its whole quota is available
/// again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring {
    /// The time of the newest request, if `used` is not zero.
    last: u64,
    /// The number of the newest part; only differences between such numbers are used.
    newest: u32,
    used: u32,
    counts: Counts,
}

impl Default for Ring {
    fn default() -> Self {
        Self { last: 0, newest: 0, used: 0, counts: Counts::NONE }
    }
}

/// The position of a moment.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    part: u64,
    /// The position of that part in the ring.
    place: usize,
}

impl Moment {
    fn of(meter: &Meter, now: u64) -> Self {
        Self::at(meter, meter.steps_in(now))
    }

    fn at(meter: &Meter, part: u64) -> Self {
        Self { part, place: place(part, meter) }
    }

    fn number(self) -> u32 {
        low(self.part)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
const fn low(number: u64) -> u32 {
    number as u32
}

#[expect(clippy::cast_possible_truncation, reason = "there are 56 at most")]
const fn place_count(meter: &Meter) -> usize {
    meter.span as usize
}

impl Ring {
    /// Returns the positions of the `number` oldest parts, if the newest is at `newest`.
    fn oldest(
        newest: usize,
        number: usize,
        meter: &Meter,
    ) -> impl DoubleEndedIterator<Item = usize> {
        let parts = place_count(meter);
        (1..=number).map(move |age| match newest + age {
            place if place >= parts => place - parts,
            place => place,
        })
    }

    /// Returns how many parts have ended since the newest, or `None` if all have.
    fn over(&self, moment: Moment, meter: &Meter) -> Option<usize> {
        let since = moment.number().wrapping_sub(self.newest);
        (u64::from(since) < meter.span).then_some(since as usize)
    }

    /// Returns whether the newest part is in the future, which means that the clock went backwards.
    fn is_ahead(&self, moment: Moment) -> bool {
        self.newest.wrapping_sub(moment.number()).wrapping_sub(1) < u32::MAX / 2
    }

    /// Returns the time until the `needed` oldest requests have left the window.
    fn wait(&self, meter: &Meter, moment: Moment, now: u64, needed: u32) -> u64 {
        let older = self.counts.older_than_sum(moment.place, meter, needed);
        Self::ends(moment, older as u64, meter, now).min(self.reset_after(meter, now))
    }

    /// Returns the time until the window is empty.
    const fn reset_after(&self, meter: &Meter, now: u64) -> u64 {
        if self.used == 0 { 0 } else { (self.last + meter.window).saturating_sub(now) }
    }

    /// Returns the time of the newest request after one more is counted. Two processors may
    /// disagree about the current time.
    fn last_with_one_more(&self, now: u64) -> u64 {
        if self.used == 0 { now } else { self.last.max(now) }
    }

    /// Returns the time until the part that has `older` older parts no longer counts.
    const fn ends(moment: Moment, older: u64, meter: &Meter, now: u64) -> u64 {
        (moment.part + 1 + older) * meter.step - now
    }

    /// Discards the parts that have left the window, and returns the newest part: no part is later,
    /// whatever the clock did. Two processors may differ by less than a part; in that case the
    /// newest part is the one that begins next.
    fn advance(&mut self, meter: &Meter, now: u64) -> Moment {
        let moment = Moment::of(meter, now);
        if now.saturating_sub(self.last) >= meter.window {
            *self = Self { newest: moment.number(), ..Self::default() };
            return moment;
        }
        if self.newest == low(moment.part + 1) && self.used > 0 {
            return Moment::at(meter, moment.part + 1);
        }
        if self.is_ahead(moment) {
            // The ages of the counts are unknown, so all of them count as new.
            self.counts = Counts::NONE;
            self.counts.set(moment.place, meter, self.used);
            self.newest = moment.number();
            self.last = now;
            return moment;
        }
        match self.over(moment, meter) {
            Some(0) => return moment,
            Some(_) if self.used == 0 => {}
            Some(over) => {
                let parts = place_count(meter);
                let newest = (moment.place + parts - over) % parts;
                for place in Self::oldest(newest, over, meter) {
                    self.used -= self.counts.get(place, meter);
                    self.counts.set(place, meter, 0);
                }
            }
            None => *self = Self::default(),
        }
        self.newest = moment.number();
        moment
    }
}

impl Entry for Ring {
    /// Clients are compared by what is used and, between two with the same use, by age. Zero means
    /// that the client may be forgotten.
    fn level(&self, meter: &Meter, now: u64) -> u64 {
        let mut later = *self;
        later.advance(meter, now);
        let age = if later.used > 0 { self.newest } else { 0 };
        (u64::from(later.used) << 32) | u64::from(age)
    }

    fn look(&mut self, meter: &Meter, now: u64, cost: u32) -> QuotaStatus {
        let moment = self.advance(meter, now);
        let left = meter.capacity - self.used;
        match left.checked_sub(cost) {
            Some(left) if cost > 0 => {
                let reset_after = self.last_with_one_more(now) + meter.window - now;
                QuotaStatus::raw(left, reset_after)
                    .with_refund_token(now.max(moment.part * meter.step))
            }
            Some(left) => QuotaStatus::raw(left, self.reset_after(meter, now)),
            None => {
                let wait = self.wait(meter, moment, now, cost - left);
                QuotaStatus::raw(left, self.reset_after(meter, now)).waiting(wait)
            }
        }
    }

    fn consume(&mut self, meter: &Meter, now: u64, cost: u32) {
        let moment = self.advance(meter, now);
        if cost > 0 {
            self.last = self.last_with_one_more(now);
        }
        self.counts.set(moment.place, meter, self.counts.get(moment.place, meter) + cost);
        self.used += cost;
    }

    fn refund(&mut self, meter: &Meter, now: u64, cost: u32, mark: u64) {
        let moment = self.advance(meter, now);
        if mark == TAKEN_LAST {
            return self.refund_latest(meter, moment, cost);
        }
        let taken = Moment::of(meter, mark);
        let is_over = moment.part.checked_sub(taken.part).is_none_or(|age| age >= meter.span);
        if !is_over {
            self.refund_from(taken.place, meter, cost);
        }
    }
}

impl Ring {
    /// Returns the cost to the newest parts in which something was taken.
    fn refund_latest(&mut self, meter: &Meter, moment: Moment, mut cost: u32) {
        for place in Self::oldest(moment.place, place_count(meter), meter).rev() {
            cost -= self.refund_from(place, meter, cost);
        }
    }

    /// Returns the cost to one part, or what was taken in it if that is less.
    fn refund_from(&mut self, place: usize, meter: &Meter, cost: u32) -> u32 {
        let count = self.counts.get(place, meter);
        let back = count.min(cost);
        self.counts.set(place, meter, count - back);
        self.used -= back;
        back
    }
}

/// A ring of request counts, one for each part of time. With larger limits the ring has half as
/// many parts, and each count consists of two numbers.
#[derive(Debug, Clone, Copy)]
struct Counts([u16; HALVES]);

/// Many clients send requests in bursts, so most counts are zero: they are searched in large steps.
const EMPTY: [u16; 8] = [0; 8];

/// Returns the position of a part's count. Two remainders by constants cost less than one by a
/// number from memory.
#[expect(clippy::cast_possible_truncation, reason = "a place is less than 56")]
const fn place(part: u64, meter: &Meter) -> usize {
    if is_wide(meter) {
        (part % (HALVES as u64 / 2)) as usize
    } else {
        (part % HALVES as u64) as usize
    }
}

const fn is_wide(meter: &Meter) -> bool {
    meter.span != HALVES as u64
}

/// Returns how many numbers make up one count.
const fn halves(meter: &Meter) -> usize {
    if is_wide(meter) { 2 } else { 1 }
}

impl Counts {
    const NONE: Self = Self([0; HALVES]);

    fn get(&self, place: usize, meter: &Meter) -> u32 {
        if is_wide(meter) { joined(&self.0[2 * place..][..2]) } else { u32::from(self.0[place]) }
    }

    #[expect(clippy::cast_possible_truncation, reason = "narrow counts have narrow limits")]
    fn set(&mut self, place: usize, meter: &Meter, count: u32) {
        if is_wide(meter) {
            self.0[2 * place] = count as u16;
            self.0[2 * place + 1] = (count >> 16) as u16;
        } else {
            self.0[place] = count as u16;
        }
    }

    /// Returns how many parts are older than the one at which the sum of the counts, oldest first,
    /// reaches `needed`, if the newest part is at `newest`.
    fn older_than_sum(&self, newest: usize, meter: &Meter, needed: u32) -> usize {
        let mut sum = 0;
        let mut is_enough = |count| {
            sum += count;
            sum >= needed
        };
        let mut before = 0;
        for counts in self.by_age(newest, meter) {
            let empty = empty_at_start(counts);
            let found = if is_wide(meter) {
                counts[empty..].chunks_exact(2).map(joined).position(&mut is_enough)
            } else {
                counts[empty..].iter().map(|it| u32::from(*it)).position(&mut is_enough)
            };
            if let Some(found) = found {
                return (before + empty) / halves(meter) + found;
            }
            before += counts.len();
        }
        0
    }

    /// Splits the ring between the newest part and the oldest, and returns the older half first.
    fn by_age(&self, newest: usize, meter: &Meter) -> [&[u16]; 2] {
        let (newer, older) = self.0.split_at(halves(meter) * (newest + 1));
        [older, newer]
    }
}

fn joined(halves: &[u16]) -> u32 {
    u32::from(halves[0]) | (u32::from(halves[1]) << 16)
}

/// Returns how many numbers precede the first step that is not empty.
fn empty_at_start(counts: &[u16]) -> usize {
    EMPTY.len() * counts.chunks_exact(EMPTY.len()).take_while(|step| **step == EMPTY).count()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rate_limit::Quota;

    const WINDOW: Duration = Duration::from_secs(60);

    fn meter() -> Meter {
        Meter::new(&Quota::new(100, WINDOW))
    }

    /// Creates the ring of a client that took one request at each of these times.
    fn taken(meter: &Meter, times: &[u64]) -> Ring {
        let mut ring = Ring::default();
        for time in times {
            ring.consume(meter, *time, 1);
        }
        ring
    }

    #[test]
    fn clients_are_compared_by_use_and_then_by_age() {
        let meter = meter();
        let step = meter.step;
        let level = |times: &[u64]| taken(&meter, times).level(&meter, 10 * step);
        assert_eq!(level(&[]), 0);
        assert!(level(&[9 * step]) > 0);
        assert!(level(&[step, 2 * step]) > level(&[9 * step]));
        assert!(level(&[9 * step]) > level(&[8 * step]));
        // A client whose requests have left the window may be forgotten.
        let later = 10 * step + meter.window;
        assert_eq!(taken(&meter, &[9 * step, 10 * step]).level(&meter, later), 0);
    }

    #[test]
    fn processor_that_is_late_counts_in_the_newest_part() {
        let meter = meter();
        let step = meter.step;
        let mut ring = taken(&meter, &[5 * step]);
        // The time of the newest request is the later one, and so is the part.
        let late = 5 * step - 1;
        assert_eq!(
            ring.look(&meter, late, 1).reset_after(),
            Duration::from_nanos(meter.window + 1)
        );
        let mark = ring.look(&meter, late, 1).refund_token();
        assert_eq!(mark, 5 * step);
        ring.consume(&meter, late, 1);
        assert_eq!((ring.newest, ring.used, ring.last), (5, 2, 5 * step));
        ring.refund(&meter, late, 1, mark);
        assert_eq!(ring.used, 1);
        // Without a request in it, no part is too new.
        let mut unused = Ring { newest: 5, ..Ring::default() };
        assert_eq!(unused.advance(&meter, late).part, 4);
    }

    #[test]
    fn request_without_cost_changes_nothing() {
        let meter = meter();
        let step = meter.step;
        assert_eq!(Ring::default().look(&meter, step, 0).reset_after(), Duration::ZERO);
        let mut ring = taken(&meter, &[step]);
        ring.consume(&meter, 3 * step, 0);
        let status = ring.look(&meter, 3 * step, 0);
        assert_eq!(status.reset_after(), Duration::from_nanos(meter.window - 2 * step));
        assert_eq!(status.refund_token(), 0);
    }

    #[test]
    fn cost_of_several_parts_is_refunded_from_the_newest_on() {
        let meter = meter();
        let step = meter.step;
        let mut ring = taken(&meter, &[0, step, step, 3 * step]);
        ring.refund(&meter, 3 * step, 2, TAKEN_LAST);
        let counts = [0, 1, 2, 3].map(|place| ring.counts.get(place, &meter));
        assert_eq!((counts, ring.used), ([1, 1, 0, 0], 2));
    }
}
