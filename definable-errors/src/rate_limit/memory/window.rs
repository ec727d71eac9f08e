use super::super::QuotaStatus;
use super::counts::{Counts, place};
use super::meter::Meter;

/// Counts of the last parts of time, in a ring; `used` is their sum.
///
/// Of most requests only the part is known, and they count as long as the last moment of that part
/// is less than a window ago. Of the newest request the moment is known: a window after it nothing
/// counts any more, so a client that was admitted learns exactly when its whole quota is there again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring {
    /// When the newest request was counted, if `used` is not zero.
    last: u64,
    /// The number of the newest part; only the difference to another number is used.
    newest: u32,
    used: u32,
    counts: Counts,
}

impl Default for Ring {
    fn default() -> Self {
        Self { last: 0, newest: 0, used: 0, counts: Counts::NONE }
    }
}

/// Where a moment lies.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    part: u64,
    /// The place of that part in the ring.
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
    /// The places of the `number` oldest parts, when the newest stands at `newest`.
    fn oldest(newest: usize, number: usize, meter: &Meter) -> impl Iterator<Item = usize> {
        let parts = place_count(meter);
        (1..=number).map(move |age| match newest + age {
            place if place >= parts => place - parts,
            place => place,
        })
    }

    /// The number of parts that are over since the newest, if not all are.
    fn over(&self, moment: Moment, meter: &Meter) -> Option<usize> {
        let since = moment.number().wrapping_sub(self.newest);
        (u64::from(since) < meter.span).then_some(since as usize)
    }

    /// Whether the newest part lies in the future: then the clock went back.
    fn is_ahead(&self, moment: Moment) -> bool {
        self.newest.wrapping_sub(moment.number()).wrapping_sub(1) < u32::MAX / 2
    }

    /// The time until so many of the oldest requests are out of the window.
    fn wait(&self, meter: &Meter, moment: Moment, now: u64, needed: u32) -> u64 {
        let older = self.counts.older_than_sum(moment.place, meter, needed);
        Self::ends(moment, older as u64, meter, now).min(self.reset_after(meter, now))
    }

    /// The time until nothing is in the window any more.
    const fn reset_after(&self, meter: &Meter, now: u64) -> u64 {
        if self.used == 0 { 0 } else { (self.last + meter.window).saturating_sub(now) }
    }

    /// When the newest request was counted, if one were counted now. Two processors may differ in what
    /// now is.
    fn last_with_one_more(&self, now: u64) -> u64 {
        if self.used == 0 { now } else { self.last.max(now) }
    }

    /// The time until the part is not counted any more that so many parts are older than.
    const fn ends(moment: Moment, older: u64, meter: &Meter, now: u64) -> u64 {
        (moment.part + 1 + older) * meter.step - now
    }

    /// Forgets what is over, and gives the newest part: nothing lies behind it, whatever the clock did.
    /// Two processors may differ by less than a part; then it is the one that begins next.
    pub(super) fn advance(&mut self, meter: &Meter, now: u64) -> Moment {
        let moment = Moment::of(meter, now);
        if now.saturating_sub(self.last) >= meter.window {
            *self = Self { newest: moment.number(), ..Self::default() };
            return moment;
        }
        if self.newest == low(moment.part + 1) && self.used > 0 {
            return Moment::at(meter, moment.part + 1);
        }
        if self.is_ahead(moment) {
            // Nothing is known of how old it is, so all of it counts as new.
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

    /// How the client would stand if the cost were taken now, or how it stands without. The moment is
    /// where it was advanced to.
    pub(super) fn look(&self, meter: &Meter, moment: Moment, now: u64, cost: u32) -> QuotaStatus {
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

    /// Takes what [`look`](Self::look) said there is.
    pub(super) fn consume(&mut self, meter: &Meter, moment: Moment, now: u64, cost: u32) {
        if cost > 0 {
            self.last = self.last_with_one_more(now);
        }
        self.counts.set(moment.place, meter, self.counts.get(moment.place, meter) + cost);
        self.used += cost;
    }

    /// Gives back what was taken, by the mark that `look` gave then.
    pub(super) fn refund(&mut self, meter: &Meter, moment: Moment, cost: u32, mark: u64) {
        let taken = Moment::of(meter, mark);
        let is_over = moment.part.checked_sub(taken.part).is_none_or(|age| age >= meter.span);
        if is_over {
            return;
        }
        let count = self.counts.get(taken.place, meter);
        let back = count.min(cost);
        self.counts.set(taken.place, meter, count - back);
        self.used -= back;
    }

    /// How far it is from having used nothing: by what is used, and of two that used the same by
    /// age. Zero when it may be forgotten.
    pub(super) fn level(&self, meter: &Meter, now: u64) -> u64 {
        let mut later = *self;
        later.advance(meter, now);
        let age = if later.used > 0 { self.newest } else { 0 };
        (u64::from(later.used) << 32) | u64::from(age)
    }
}
