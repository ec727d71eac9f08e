use std::sync::OnceLock;

/// What was told already. Most clients are told the same as others were, and what is shared costs a
/// twentieth of what is written.
#[derive(Debug, Clone)]
pub(super) struct HeaderCache<T>(Box<[OnceLock<(u64, T)>]>);

/// Larger numbers are written each time.
const MOST: u64 = 256;

impl<T: Clone> HeaderCache<T> {
    /// So many places, or fewer.
    pub(super) fn new(places: u64) -> Self {
        Self((0..places.min(MOST)).map(|_| OnceLock::new()).collect())
    }

    /// What is told about two numbers. The first has a place, where it stays with the second that
    /// came first.
    pub(super) fn or_write(&self, place: u64, second: u64, write: impl Fn() -> T) -> T {
        let place = usize::try_from(place).ok().and_then(|place| self.0.get(place));
        match place.map(|place| place.get_or_init(|| (second, write()))) {
            Some((known, told)) if *known == second => told.clone(),
            _ => write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_told_before_it_is_right() {
        let told = HeaderCache::new(100);
        for _ in 0..2 {
            for (first, second) in [(0, 1), (0, 60), (99, 60), (100, 60), (99, 59)] {
                assert_eq!(told.or_write(first, second, || (first, second)), (first, second));
            }
        }
    }

    #[test]
    fn what_is_told_often_is_written_once() {
        let told = HeaderCache::new(1000);
        let _ = told.or_write(255, 60, || "written");
        assert_eq!(told.or_write(255, 60, || "written again"), "written");
        let _ = told.or_write(256, 60, || "written");
        assert_eq!(told.or_write(256, 60, || "written again"), "written again");
    }
}
