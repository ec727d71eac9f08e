//! The assignment of clients to sets, independent of what is stored for them.

use crate::rate_limit::Key;

/// The number of clients that share a set; further ones evict each other. With their tags and a
/// lock they fill cache lines.
pub(super) const WAYS: usize = 7;

/// Returns the first of the two sets that may contain a client, which is usually the one that does.
/// One of both nearly always has a free slot, as long as a third of all slots is free.
pub(super) fn index(key: Key, sets: usize) -> usize {
    fraction(key.high(), sets)
}

/// Returns the second set, which is independent of the first.
pub(super) fn second_index(key: Key, sets: usize) -> usize {
    fraction(key.high().rotate_left(32), sets)
}

/// Maps bits to one of `sets` sets. Keys are spread evenly, so their bits are treated as a
/// fraction.
fn fraction(bits: u64, sets: usize) -> usize {
    let index = (u128::from(bits) * sets as u128) >> 64;
    usize::try_from(index).expect("it is less than the number of sets")
}

/// The number of clients in the first set from which the second one is considered.
const CROWDED: usize = 5;

/// Returns whether a new client belongs in its second set, given the numbers of clients in both.
pub(super) fn is_second_roomier(first: usize, second: impl FnOnce() -> usize) -> bool {
    first >= CROWDED && second() < first
}

/// Returns the tag that identifies a client in its set; zero is the tag of an empty slot. Among a
/// million clients, two have the same tag once in 37 million times, and the other half of the key
/// is there later.
pub(super) fn tag(key: Key) -> u64 {
    key.high().max(1)
}

/// Returns the position and value of the lowest level; the first level of zero ends the search.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(high: u64) -> Key {
        Key::from_bytes((u128::from(high) << 64).to_be_bytes())
    }

    #[test]
    fn keys_are_spread_over_all_sets_twice() {
        assert_eq!([0, 1 << 63, u64::MAX].map(|high| index(key(high), 10)), [0, 5, 9]);
        // The second set is chosen by the other half of the bits.
        assert_eq!([0, 1 << 31, 1 << 63].map(|high| second_index(key(high), 10)), [0, 5, 0]);
    }

    #[test]
    fn second_set_is_looked_at_if_the_first_is_crowded() {
        assert!(!is_second_roomier(4, || panic!("the first set has room")));
        assert!(is_second_roomier(5, || 4) && is_second_roomier(7, || 0));
        assert!(!is_second_roomier(5, || 5) && !is_second_roomier(5, || 6));
    }

    #[test]
    fn first_of_the_lowest_levels_is_found() {
        assert_eq!(least([3, 1, 2, 1].into_iter()), (1, 1));
        assert_eq!(least([3, 0, 0].into_iter()), (1, 0));
        // Nothing is lower than zero.
        let mut levels = [0, 7].into_iter();
        assert_eq!((least(levels.by_ref()), levels.next()), ((0, 0), Some(7)));
    }
}
