use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The most recent key ids that were not found, remembered for a minute. Other ids are forgotten,
/// and then the budget decides.
#[derive(Debug, Default)]
pub(super) struct Unknown(VecDeque<(String, Instant)>);

impl Unknown {
    const MAX: usize = 128;
    const REMEMBERED: Duration = Duration::from_secs(60);

    pub(super) fn has(&self, id: &str, now: Instant) -> bool {
        let is_new = |at: &Instant| now.saturating_duration_since(*at) < Self::REMEMBERED;
        self.0.iter().any(|(known, at)| known == id && is_new(at))
    }

    pub(super) fn add(&mut self, id: &str, now: Instant) {
        if self.0.len() == Self::MAX {
            self.0.pop_front();
        }
        self.0.push_back((id.to_owned(), now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_are_remembered_for_a_minute() {
        let (mut unknown, start) = (Unknown::default(), Instant::now());
        for id in 0..200 {
            unknown.add(&id.to_string(), start);
        }
        assert_eq!(unknown.0.len(), 128);
        assert!(!unknown.has("71", start) && unknown.has("72", start) && unknown.has("199", start));
        assert!(unknown.has("199", start + Duration::from_secs(59)));
        assert!(!unknown.has("199", start + Duration::from_secs(60)));
    }
}
