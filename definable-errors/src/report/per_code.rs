//! States for the codes of events, such as limits and counts.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::ErrorEvent;
use crate::error::SourceLocation;

/// A state for each code. Their number has a bound: further ones share a state.
#[derive(Debug, Default)]
pub(super) struct PerCode<T> {
    hasher: RandomState,
    key: Key,
    /// By hash, so that nothing is copied. That two codes of a service have the same 64 bits is next to
    /// impossible, and they would only share a state.
    states: HashMap<u64, T>,
}

/// What events are distinguished by.
#[derive(Debug, Clone, Copy, Default)]
enum Key {
    #[default]
    Code,
    CodeAndLocation,
}

impl<T: Default> PerCode<T> {
    /// More than the codes and the locations of a large service.
    const MAX: usize = 4096;

    /// Keeps states of one code apart if the events have different locations.
    pub(super) fn set_by_location(&mut self) {
        self.key = Key::CodeAndLocation;
    }

    /// Returns the state for an event.
    pub(super) fn state(&mut self, event: &ErrorEvent<'_>) -> &mut T {
        self.state_of(self.key_of(event))
    }

    /// Returns all states.
    pub(super) fn states(&mut self) -> impl Iterator<Item = &mut T> {
        self.states.values_mut()
    }

    /// Returns the location of an event, if it is a part of the key.
    pub(super) fn location<'e>(&self, event: &ErrorEvent<'e>) -> Option<&'e SourceLocation> {
        match self.key {
            Key::Code => None,
            Key::CodeAndLocation => event.error().location(),
        }
    }

    fn key_of(&self, event: &ErrorEvent<'_>) -> u64 {
        let place = self.location(event).map(|place| (place.file(), place.line(), place.column()));
        self.hasher.hash_one((event.code(), place))
    }

    fn state_of(&mut self, key: u64) -> &mut T {
        let is_full = self.states.len() >= Self::MAX && !self.states.contains_key(&key);
        self.states.entry(if is_full { 0 } else { key }).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_over_the_bound_share_a_state() {
        let mut codes = PerCode::<u64>::default();
        let mut count = |key| {
            let count = codes.state_of(key);
            *count += 1;
            *count
        };
        let max = u64::try_from(PerCode::<u64>::MAX).unwrap();
        assert!((1..=max).all(|key| count(key) == 1));
        assert_eq!([count(max + 1), count(max + 2), count(1)], [1, 2, 2]);
        assert_eq!(codes.states().count(), PerCode::<u64>::MAX + 1);
    }
}
