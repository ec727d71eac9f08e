use std::mem::take;

use serde::de::DeserializeOwned;

use super::known::Target;
use super::session::Session;
use super::tree::NodeId;

impl Session<'_> {
    /// Once something stands in for all that is wrong, those that were only found out by trying are
    /// tried once more: one that is taken as it stands was not to blame. Whether there was one.
    pub(super) fn acquit<T: DeserializeOwned>(&self) -> bool {
        let doubted = take(&mut self.known.borrow_mut().doubted);
        let is_innocent = |target: &Target| self.is_innocent::<T>(*target);
        doubted.iter().filter(|target| is_innocent(target)).count() > 0
    }

    /// Whether no pass comes by the place: something stands in for what is around it.
    fn is_out_of_sight(&self, target: Target) -> bool {
        let known = self.known.borrow();
        let is_covered =
            |id: &NodeId| known.replaced.contains_key(id) || known.dropped.contains(id);
        let first = match target {
            Target::At(id) => self.tree.parent(id),
            Target::Absent(object, _) => Some(object),
        };
        std::iter::successors(first, |id| self.tree.parent(*id)).any(|id| is_covered(&id))
    }

    fn is_innocent<T: DeserializeOwned>(&self, target: Target) -> bool {
        if self.is_out_of_sight(target) || self.is_exhausted() {
            return false;
        }
        let saved = self.known.borrow().clone();
        self.put_back(&[target]);
        self.known.borrow_mut().faults.retain(|(at, _)| *at != target);
        self.visit_again(target.node());
        let is_taken = T::deserialize(self.root()).is_ok();
        let is_innocent = is_taken && self.known.borrow().faults.len() < saved.faults.len();
        if !is_innocent {
            *self.known.borrow_mut() = saved;
        }
        is_innocent
    }
}
