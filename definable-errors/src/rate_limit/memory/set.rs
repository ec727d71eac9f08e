use super::meter::Meter;
use super::spread::{WAYS, least};
use super::window::Ring;

/// A set of clients whose keys begin alike, identified by the ends of their keys.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Set {
    tags: [u64; WAYS],
    rings: [Ring; WAYS],
}

impl Set {
    pub(super) fn new() -> Self {
        Self { tags: [0; WAYS], rings: [Ring::default(); WAYS] }
    }

    pub(super) fn find(&mut self, tag: u64) -> Option<&mut Ring> {
        let at = self.tags.iter().position(|known| *known == tag)?;
        Some(&mut self.rings[at])
    }

    pub(super) fn knows(&self, tag: u64) -> bool {
        self.tags.contains(&tag)
    }

    fn levels(&self, meter: &Meter, now: u64) -> impl Iterator<Item = u64> {
        self.tags.iter().zip(&self.rings).map(move |(tag, ring)| match tag {
            0 => 0,
            _ => ring.level(meter, now),
        })
    }

    /// Returns how many clients have used something.
    pub(super) fn used(&self, meter: &Meter, now: u64) -> usize {
        self.levels(meter, now).filter(|level| *level > 0).count()
    }

    /// Returns a ring for a new client, and whether another client was forgotten for it: the one
    /// that is nearest to having used nothing, so that refused clients stay refused.
    pub(super) fn settle(&mut self, tag: u64, meter: &Meter, now: u64) -> (&mut Ring, bool) {
        let (at, level) = least(self.levels(meter, now));
        self.tags[at] = tag;
        self.rings[at] = Ring::default();
        (&mut self.rings[at], level > 0)
    }
}
