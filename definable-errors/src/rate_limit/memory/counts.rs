use super::meter::Meter;

/// A ring of request counts, one for each part of time. With larger limits the ring has half as
/// many parts, and each count consists of two numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts([u16; HALVES]);

const HALVES: usize = 56;

/// Many clients send requests in bursts, so most counts are zero: they are searched in large steps.
const EMPTY: [u16; 8] = [0; 8];

/// Returns how many parts are remembered.
pub(super) const fn parts(limit: u32) -> u64 {
    if limit <= u16::MAX as u32 { HALVES as u64 } else { HALVES as u64 / 2 }
}

/// Returns the position of a part's count. Two remainders by constants cost less than one by a
/// number from memory.
#[expect(clippy::cast_possible_truncation, reason = "a place is less than 56")]
pub(super) const fn place(part: u64, meter: &Meter) -> usize {
    match is_wide(meter) {
        true => (part % (HALVES as u64 / 2)) as usize,
        false => (part % HALVES as u64) as usize,
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
    pub(super) const NONE: Self = Self([0; HALVES]);

    pub(super) fn get(&self, place: usize, meter: &Meter) -> u32 {
        match is_wide(meter) {
            true => joined(&self.0[2 * place..][..2]),
            false => u32::from(self.0[place]),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "narrow counts have narrow limits")]
    pub(super) fn set(&mut self, place: usize, meter: &Meter, count: u32) {
        match is_wide(meter) {
            true => {
                self.0[2 * place] = count as u16;
                self.0[2 * place + 1] = (count >> 16) as u16;
            }
            false => self.0[place] = count as u16,
        }
    }

    /// Returns how many parts are older than the one at which the sum of the counts, oldest first,
    /// reaches `needed`, if the newest part is at `newest`.
    pub(super) fn older_than_sum(&self, newest: usize, meter: &Meter, needed: u32) -> usize {
        let mut sum = 0;
        let mut is_enough = |count| {
            sum += count;
            sum >= needed
        };
        let mut before = 0;
        for counts in self.by_age(newest, meter) {
            let empty = empty_at_start(counts);
            let found = match is_wide(meter) {
                true => counts[empty..].chunks_exact(2).map(joined).position(&mut is_enough),
                false => counts[empty..].iter().map(|it| u32::from(*it)).position(&mut is_enough),
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
