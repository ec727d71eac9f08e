//! Where clients stand, whatever is kept of them.

use crate::rate_limit::Key;

/// So many clients share a set, and crowd each other out when there are more. With their tags and a
/// lock they fill lines of a processor's cache.
pub(super) const WAYS: usize = 7;

/// The first one of the two sets that a client may stand in, where it mostly is. One of both has a
/// free place nearly always, as long as a third of all places is free.
pub(super) fn index(key: Key, sets: usize) -> usize {
    fraction(key.high(), sets)
}

/// The other one: it has nothing to do with the first.
pub(super) fn second_index(key: Key, sets: usize) -> usize {
    fraction(key.high().rotate_left(32), sets)
}

/// Keys are spread evenly, so their bits, taken as a fraction, are one of so many sets.
fn fraction(bits: u64, sets: usize) -> usize {
    let index = (u128::from(bits) * sets as u128) >> 64;
    usize::try_from(index).expect("it is less than the number of sets")
}

/// So many clients stand in the first of their sets before the second one is looked at.
const CROWDED: usize = 5;

/// Whether a newcomer stands in its second set, when there are so many others in both.
pub(super) fn is_second_roomier(first: usize, second: impl FnOnce() -> usize) -> bool {
    first >= CROWDED && second() < first
}

/// How a client is known in its set; zero is the tag of an empty place. Of a million clients two have
/// the same tag once in 37 million times, and the other half of the key is there later.
pub(super) fn tag(key: Key) -> u64 {
    key.high().max(1)
}

/// Which one is the least, and what it is; the first one that is nothing will do.
pub(super) fn least(levels: impl Iterator<Item = u64>) -> (usize, u64) {
    let mut found = (0, u64::MAX);
    for (at, level) in levels.enumerate() {
        if level < found.1 {
            found = (at, level);
        }
        if level == 0 {
            break;
        }
    }
    found
}
