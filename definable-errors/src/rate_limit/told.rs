use std::sync::OnceLock;

use http::HeaderValue;

/// Values of one field that were told already. Most clients are told the same as others were, and a
/// value that is shared costs a twentieth of one that is written.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// By what remains, with the time that was told first.
    admitted: Box<[Place]>,
    /// By the seconds to wait, where nothing remains.
    refused: Box<[Place]>,
}

type Place = OnceLock<(u64, HeaderValue)>;

/// Larger numbers are written each time.
const MOST: u64 = 256;

impl Told {
    pub(super) fn new(capacity: u32, window_seconds: u64) -> Self {
        let places = |most: u64| (0..most.min(MOST)).map(|_| Place::new()).collect();
        Self { admitted: places(capacity.into()), refused: places(window_seconds + 1) }
    }

    /// The value for so much that remains and such a time.
    pub(super) fn or_write(
        &self,
        remaining: u32,
        time: u64,
        write: impl Fn() -> HeaderValue,
    ) -> HeaderValue {
        match self.place(remaining, time).map(|place| place.get_or_init(|| (time, write()))) {
            Some((known, value)) if *known == time => value.clone(),
            _ => write(),
        }
    }

    fn place(&self, remaining: u32, time: u64) -> Option<&Place> {
        match remaining {
            0 => self.refused.get(usize::try_from(time).ok()?),
            _ => self.admitted.get(usize::try_from(remaining).ok()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(remaining: u32, time: u64) -> HeaderValue {
        format!("{remaining};{time}").parse().unwrap()
    }

    #[test]
    fn whatever_was_told_before_the_value_is_right() {
        let told = Told::new(100, 60);
        for _ in 0..2 {
            for (remaining, time) in
                [(0, 1), (0, 60), (0, 61), (1, 60), (1, 59), (99, 60), (100, 0)]
            {
                let found = told.or_write(remaining, time, || value(remaining, time));
                assert_eq!(found, value(remaining, time));
            }
        }
    }

    #[test]
    fn what_is_told_often_is_written_once() {
        let told = Told::new(100, 60);
        for (remaining, time) in [(99, 60), (0, 17)] {
            told.or_write(remaining, time, || value(remaining, time));
            told.or_write(remaining, time, || unreachable!("it is known"));
        }
    }
}
