use super::meter::Meter;
use super::slot::Slot;

/// So many clients share a place in a table, and crowd each other out when there are more.
pub(super) const WAYS: usize = 8;

/// Clients whose keys begin alike, known by how they end. No key ends in zero.
#[derive(Debug)]
pub(super) struct Set<S> {
    tags: [u64; WAYS],
    slots: [S; WAYS],
}

impl<S: Slot> Set<S> {
    pub(super) fn new() -> Self {
        Self { tags: [0; WAYS], slots: [S::default(); WAYS] }
    }

    pub(super) fn find(&mut self, tag: u64) -> Option<&mut S> {
        let at = self.tags.iter().position(|known| *known == tag)?;
        Some(&mut self.slots[at])
    }

    /// The slot of a client that had none, and whether another client was forgotten for it: the one
    /// that is nearest to having used nothing, so that who is refused stays refused.
    pub(super) fn place(&mut self, tag: u64, meter: &Meter, now: u64) -> (&mut S, bool) {
        let levels = self.tags.iter().zip(&self.slots).map(|(tag, slot)| match tag {
            0 => 0,
            _ => slot.level(meter, now),
        });
        let (at, level) = least(levels);
        self.tags[at] = tag;
        self.slots[at] = S::default();
        (&mut self.slots[at], level > 0)
    }
}

fn least(levels: impl Iterator<Item = u64>) -> (usize, u64) {
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
