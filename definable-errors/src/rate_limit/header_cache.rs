use std::sync::OnceLock;

/// A cache of serialized header values. Most clients receive the same values as others did, and
/// sharing a value costs a twentieth of serializing it.
#[derive(Debug, Clone)]
pub(super) struct HeaderCache<T>(Box<[OnceLock<(u64, T)>]>);

/// The largest number of slots. Larger numbers are serialized each time.
const MOST: u64 = 256;

impl<T: Clone> HeaderCache<T> {
    /// Creates a cache of `places` slots, or of fewer.
    pub(super) fn new(places: u64) -> Self {
        Self((0..places.min(MOST)).map(|_| OnceLock::new()).collect())
    }

    /// Returns the value for two numbers, serializing it if it is not cached. The first number
    /// selects the slot, which keeps the value of the second number that came first.
    pub(super) fn or_write(&self, place: u64, second: u64, write: impl Fn() -> T) -> T {
        let place = usize::try_from(place).ok().and_then(|place| self.0.get(place));
        match place.map(|place| place.get_or_init(|| (second, write()))) {
            Some((known, written)) if *known == second => written.clone(),
            _ => write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_told_before_it_is_right() {
        let written = HeaderCache::new(100);
        for _ in 0..2 {
            for (first, second) in [(0, 1), (0, 60), (99, 60), (100, 60), (99, 59)] {
                assert_eq!(written.or_write(first, second, || (first, second)), (first, second));
            }
        }
    }

    #[test]
    fn what_is_told_often_is_written_once() {
        let written = HeaderCache::new(1000);
        let _ = written.or_write(255, 60, || "written");
        assert_eq!(written.or_write(255, 60, || "written again"), "written");
        let _ = written.or_write(256, 60, || "written");
        assert_eq!(written.or_write(256, 60, || "written again"), "written again");
    }
}
