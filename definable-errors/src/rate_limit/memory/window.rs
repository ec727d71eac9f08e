use super::super::Standing;
use super::meter::Meter;

/// Counts of the last parts of time, in a ring; `used` is their sum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring {
    /// The number of the newest part; only the difference to another number is used.
    newest: u32,
    used: u32,
    counts: [u16; HALVES],
}

const HALVES: usize = 60;

/// So many parts are remembered; larger limits need counts twice as wide.
pub(super) const fn parts(limit: u32) -> u64 {
    if limit <= u16::MAX as u32 { HALVES as u64 } else { HALVES as u64 / 2 }
}

impl Default for Ring {
    fn default() -> Self {
        Self { newest: 0, used: 0, counts: [0; HALVES] }
    }
}

/// Where a moment lies.
#[derive(Clone, Copy)]
struct Moment {
    part: u64,
    /// The place of that part in the ring.
    place: usize,
}

impl Moment {
    fn of(meter: &Meter, now: u64) -> Self {
        let part = now / meter.step;
        Self { part, place: place(part, meter) }
    }

    fn number(self) -> u32 {
        low(self.part)
    }

    /// Where in the ring its part ends and the oldest begins.
    const fn end(self, meter: &Meter) -> usize {
        halves(meter) * (self.place + 1)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
const fn low(number: u64) -> u32 {
    number as u32
}

/// Two remainders by constants cost less than one by a number that is read.
#[expect(clippy::cast_possible_truncation, reason = "a place is less than 60")]
const fn place(part: u64, meter: &Meter) -> usize {
    match is_wide(meter) {
        true => (part % (HALVES as u64 / 2)) as usize,
        false => (part % HALVES as u64) as usize,
    }
}

const fn is_wide(meter: &Meter) -> bool {
    meter.span != HALVES as u64
}

/// How many of the array's counts are one.
const fn halves(meter: &Meter) -> usize {
    if is_wide(meter) { 2 } else { 1 }
}

fn narrow(counts: &[u16]) -> impl Iterator<Item = u32> {
    counts.iter().map(|count| u32::from(*count))
}

fn wide(counts: &[u16]) -> impl Iterator<Item = u32> {
    counts.chunks_exact(2).map(|halves| u32::from(halves[0]) | (u32::from(halves[1]) << 16))
}

/// Many clients come in bursts, so most of the ring is empty: it is looked through in large steps.
const EMPTY: [u16; 8] = [0; 8];

/// How many there are before the first step that is not empty.
fn empty_at_start(counts: &[u16]) -> usize {
    EMPTY.len() * counts.chunks_exact(EMPTY.len()).take_while(|step| **step == EMPTY).count()
}

fn last_used(counts: &[u16]) -> Option<usize> {
    let empty = counts.rchunks_exact(EMPTY.len()).take_while(|step| **step == EMPTY).count();
    let rest = &counts[..counts.len() - EMPTY.len() * empty];
    rest.iter().rposition(|count| *count > 0)
}

impl Ring {
    fn count(&self, place: usize, meter: &Meter) -> u32 {
        match is_wide(meter) {
            true => {
                u32::from(self.counts[2 * place]) | (u32::from(self.counts[2 * place + 1]) << 16)
            }
            false => u32::from(self.counts[place]),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "narrow counts have narrow limits")]
    fn set_count(&mut self, place: usize, meter: &Meter, count: u32) {
        match is_wide(meter) {
            true => {
                self.counts[2 * place] = count as u16;
                self.counts[2 * place + 1] = (count >> 16) as u16;
            }
            false => self.counts[place] = count as u16,
        }
    }

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
    fn wait(&self, meter: &Meter, now: u64, needed: u32) -> u64 {
        let moment = Moment::of(meter, now);
        let (newer, older) = self.counts.split_at(moment.end(meter));
        let mut sum = 0;
        let mut is_enough = |count| {
            sum += count;
            sum >= needed
        };
        let mut before = 0;
        for counts in [older, newer] {
            let empty = empty_at_start(counts);
            let found = match is_wide(meter) {
                true => wide(&counts[empty..]).position(&mut is_enough),
                false => narrow(&counts[empty..]).position(&mut is_enough),
            };
            if let Some(found) = found {
                let age = (before + empty) / halves(meter) + found;
                return Self::ends(moment, age as u64, meter, now);
            }
            before += counts.len();
        }
        Self::ends(moment, 0, meter, now)
    }

    /// The time until nothing is in the window any more.
    fn full_in(&self, meter: &Meter, now: u64) -> u64 {
        if self.used == 0 {
            return 0;
        }
        let moment = Moment::of(meter, now);
        let (newer, older) = self.counts.split_at(moment.end(meter));
        let newest = match last_used(newer) {
            Some(newest) => older.len() + newest,
            None => last_used(older).unwrap_or(0),
        };
        Self::ends(moment, (newest / halves(meter)) as u64, meter, now)
    }

    /// The time until the part is not counted any more that so many parts are older than.
    const fn ends(moment: Moment, older: u64, meter: &Meter, now: u64) -> u64 {
        (moment.part + 1 + older) * meter.step - now
    }
}

#[expect(clippy::cast_possible_truncation, reason = "there are 60 at most")]
const fn place_count(meter: &Meter) -> usize {
    meter.span as usize
}

impl Ring {
    /// Forgets what is over, and gives the time by which nothing in it lies in the future, whatever
    /// the clock did. Two processors may differ by less than a part; then its newest part has just
    /// begun.
    pub(super) fn advance(&mut self, meter: &Meter, now: u64) -> u64 {
        let moment = Moment::of(meter, now);
        if self.newest == low(moment.part + 1) && self.used > 0 {
            return (moment.part + 1) * meter.step;
        }
        if self.is_ahead(moment) {
            // Nothing is known of how old it is, so all of it counts as new.
            self.counts = [0; HALVES];
            self.set_count(moment.place, meter, self.used);
            self.newest = moment.number();
            return now;
        }
        match self.over(moment, meter) {
            Some(0) => return now,
            Some(_) if self.used == 0 => {}
            Some(over) => {
                let parts = place_count(meter);
                let newest = (moment.place + parts - over) % parts;
                for place in Self::oldest(newest, over, meter) {
                    self.used -= self.count(place, meter);
                    self.set_count(place, meter, 0);
                }
            }
            None => *self = Self::default(),
        }
        self.newest = moment.number();
        now
    }

    /// How the client would stand if the cost were taken now, or how it stands without. Advanced.
    pub(super) fn look(&self, meter: &Meter, now: u64, cost: u32) -> Standing {
        let left = meter.capacity - self.used;
        match left.checked_sub(cost) {
            Some(left) if cost > 0 => {
                let full_in = Self::ends(Moment::of(meter, now), meter.span - 1, meter, now);
                Standing::raw(left, full_in).with_mark(now)
            }
            Some(left) => Standing::raw(left, self.full_in(meter, now)),
            None => Standing::raw(left, self.full_in(meter, now)).waiting(self.wait(
                meter,
                now,
                cost - left,
            )),
        }
    }

    /// Takes what [`look`](Self::look) said there is.
    pub(super) fn take(&mut self, meter: &Meter, now: u64, cost: u32) {
        let place = Moment::of(meter, now).place;
        self.set_count(place, meter, self.count(place, meter) + cost);
        self.used += cost;
    }

    /// Gives back what was taken, by the mark that `look` gave then. Advanced.
    pub(super) fn give_back(&mut self, meter: &Meter, now: u64, cost: u32, mark: u64) {
        let (taken, moment) = (Moment::of(meter, mark), Moment::of(meter, now));
        let is_over = moment.part.checked_sub(taken.part).is_none_or(|age| age >= meter.span);
        if is_over {
            return;
        }
        let count = self.count(taken.place, meter);
        let back = count.min(cost);
        self.set_count(taken.place, meter, count - back);
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
