//! Which of several places a complaint is about, found out by standing in for them.
//!
//! What serde puts aside (for `flatten`, for internally tagged and untagged enums) it looks at later,
//! without a way back to where it stood. A complaint about it names a value or a field, and several
//! places may fit. They are replaced one after the other until the complaint is gone, and then put
//! back one by one as long as it stays away.

use super::known::{Shape, Target};
use super::refusal::Complaint;
use super::session::Session;
use super::stand_in::StandIn;
use super::tree::NodeId;
use super::wanted::Wanted;

#[derive(Clone)]
pub(super) struct Trial {
    id: NodeId,
    shape: Shape,
    complaint: Complaint,
    suspects: Vec<Target>,
    /// Those replaced in this pass.
    replaced: Vec<Target>,
    phase: Phase,
    heard: Heard,
}

/// What was heard of the complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// It began the trial; no pass was made since.
    First,
    NotAgain,
    Again,
    /// Another complaint came before it, about a stand-in: nothing is known yet.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// So many suspects are replaced.
    Adding(usize),
    /// All but this one, and those already put back, are.
    PuttingBack(usize),
}

impl Session<'_> {
    pub(super) fn begin_trial(
        &self,
        id: NodeId,
        shape: Shape,
        complaint: Complaint,
        suspects: Vec<Target>,
    ) {
        // One at a time: the next pass comes by here again.
        if self.is_in_trial() {
            return;
        }
        let phase = Phase::Adding(1);
        let replaced = vec![suspects[0]];
        let heard = Heard::First;
        let trial = Trial { id, shape, complaint, suspects, replaced, phase, heard };
        self.stand_in_for_suspects(&trial);
        self.known.borrow_mut().trial = Some(trial);
    }

    /// Whether the complaint is heard while a trial goes on at that place, and so is part of it.
    pub(super) fn is_on_trial(&self, id: NodeId, complaint: &Complaint) -> bool {
        let mut known = self.known.borrow_mut();
        let Some(trial) = known.trial.as_mut().filter(|trial| trial.id == id) else {
            return false;
        };
        if trial.is_same(complaint) {
            trial.heard = Heard::Again;
        }
        true
    }

    /// This pass tells nothing about the complaint.
    pub(super) fn hold_trial(&self) {
        if let Some(trial) = self.known.borrow_mut().trial.as_mut() {
            trial.heard = Heard::Nothing;
        }
    }

    /// Ends a pass of a trial. Without one nothing happens.
    pub(super) fn continue_trial(&self) {
        let Some(mut trial) = self.known.borrow_mut().trial.take() else {
            return;
        };
        if trial.heard == Heard::Nothing {
            trial.heard = Heard::NotAgain;
            self.known.borrow_mut().trial = Some(trial);
            return;
        }
        let is_begun = trial.heard != Heard::First;
        if is_begun {
            self.put_back(&trial.replaced);
        }
        if is_begun && !trial.go_on() {
            return self.end_trial(&trial);
        }
        trial.heard = Heard::NotAgain;
        if is_begun {
            self.stand_in_for_suspects(&trial);
        }
        self.known.borrow_mut().trial = Some(trial);
    }

    fn end_trial(&self, trial: &Trial) {
        if trial.replaced.is_empty() && self.has_stand_in(trial.id) {
            self.replace(Target::At(trial.id));
        } else if trial.replaced.is_empty() {
            self.blame(Target::At(trial.id), self.fault_of(trial.id, &trial.complaint));
        }
        for target in &trial.replaced {
            self.convict(*target, trial.shape, &trial.complaint);
            self.want(*target, &trial.complaint);
        }
    }

    fn stand_in_for_suspects(&self, trial: &Trial) {
        for target in &trial.replaced {
            match (*target, &trial.complaint) {
                (Target::At(id), Complaint::UnknownField { .. } | Complaint::DuplicateField(_)) => {
                    self.drop_member(id);
                }
                _ => {
                    self.replace(*target);
                    self.want(*target, &trial.complaint);
                }
            }
        }
    }

    pub(super) fn put_back(&self, targets: &[Target]) {
        let mut known = self.known.borrow_mut();
        for target in targets {
            match *target {
                Target::At(id) => {
                    known.replaced.remove(&id);
                    known.dropped.remove(&id);
                }
                Target::Absent(id, field) => {
                    if let Some(fields) = known.absent.get_mut(&id) {
                        fields.retain(|(known, _)| *known != field);
                    }
                }
            }
        }
    }

    /// Nobody asks for a type where serde put a value aside; the complaint says what is wanted.
    pub(super) fn want(&self, target: Target, complaint: &Complaint) {
        let wanted = match complaint {
            Complaint::Value { wanted, .. } => Some(*wanted),
            Complaint::UnknownVariant { known, .. } => Some(Wanted::Name(known)),
            _ => None,
        };
        let mut known = self.known.borrow_mut();
        let slot = match target {
            Target::At(id) => known.replaced.get(&id).copied(),
            Target::Absent(..) => None,
        };
        if let Some(slot) = slot {
            known.slots[slot.0] = StandIn::new(target, wanted);
        }
    }
}

impl Trial {
    /// Chooses who is replaced in the next pass; `false` when it is known who was meant.
    fn go_on(&mut self) -> bool {
        match (self.phase, self.heard == Heard::Again) {
            (Phase::Adding(count), true) if count == self.suspects.len() => {
                self.replaced.clear();
                return false;
            }
            (Phase::Adding(count), true) => {
                self.replaced.push(self.suspects[count]);
                self.phase = Phase::Adding(count + 1);
                return true;
            }
            (Phase::Adding(_), false) => self.phase = Phase::PuttingBack(0),
            // It was meant: it is replaced again, where it stood.
            (Phase::PuttingBack(at), true) => {
                self.replaced.insert(at, self.suspects[0]);
                self.phase = Phase::PuttingBack(at + 1);
            }
            (Phase::PuttingBack(_), false) => {}
        }
        let Phase::PuttingBack(at) = self.phase else {
            return false;
        };
        // The one added last made the complaint go away.
        if at + 1 >= self.replaced.len() {
            return false;
        }
        self.suspects[0] = self.replaced.remove(at);
        true
    }

    fn is_same(&self, complaint: &Complaint) -> bool {
        *complaint == self.complaint
    }
}
