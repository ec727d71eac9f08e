//! Where clients stand, whatever is kept of them.

use crate::rate_limit::Key;

/// So many clients share a set, and crowd each other out when there are more. With their tags and a
/// lock they fill lines of a processor's cache.
pub(super) const WAYS: usize = 7;

/// Keys are spread evenly, so their high half, taken as a fraction, is one of so many sets.
pub(super) fn index(key: Key, sets: usize) -> usize {
    let index = (u128::from(key.high()) * sets as u128) >> 64;
    usize::try_from(index).expect("it is less than the number of sets")
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
