//! Replays of one type, and what comes out of each.

use serde::de::DeserializeOwned;

use super::cursor::Cursor;
use super::pass::{Pass, Unplaced};
use crate::diagnosis::input::Tree;
use crate::diagnosis::state::{Findings, Steps};

/// Something that can be replayed.
pub(crate) trait Replay {
    /// Deserializes the input once more. What is wrong where a type requests a value is noted in the
    /// findings.
    fn run(&mut self, findings: &mut Findings) -> Outcome;
}

/// The result of a replay.
pub(crate) enum Outcome {
    /// The type accepted the input with its placeholders.
    Accepted,
    /// The reason of the error is noted, so that the next replay gets further.
    Noted,
    /// The error is about a place that is not known.
    Complaint(Box<Unplaced>),
    /// The limits of the search are reached.
    Ended,
}

/// Replays the `Deserialize` of a type.
pub(crate) struct Replayer<'t, T> {
    tree: &'t Tree<'t>,
    steps: Steps,
    value: Option<T>,
}

impl<'t, T: DeserializeOwned> Replayer<'t, T> {
    /// Allows at most `max_steps` steps for all replays together.
    pub(crate) fn new(tree: &'t Tree<'t>, max_steps: usize) -> Self {
        Self { tree, steps: Steps::new(tree.len(), max_steps), value: None }
    }

    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    /// Returns the value that the last replay accepted.
    pub(crate) fn into_value(self) -> Option<T> {
        self.value
    }

    fn run_once(&mut self, findings: &mut Findings) -> Outcome {
        findings.begin_replay();
        let pass = Pass::new(self.tree, &self.steps, std::mem::take(findings));
        let cursor = Cursor::root(&pass);
        let read = T::deserialize(cursor).map_err(|error| cursor.rejected(error));
        let complaint;
        (*findings, complaint) = pass.finish();
        match (read, complaint) {
            (Ok(value), _) => {
                self.value = Some(value);
                Outcome::Accepted
            }
            (Err(_), Some(complaint)) => Outcome::Complaint(Box::new(complaint)),
            (Err(_), None) => Outcome::Noted,
        }
    }
}

impl<T: DeserializeOwned> Replay for Replayer<'_, T> {
    fn run(&mut self, findings: &mut Findings) -> Outcome {
        loop {
            self.value = None;
            if self.steps.is_used_up() || !findings.may_go_on() {
                return Outcome::Ended;
            }
            let outcome = self.run_once(findings);
            self.steps.take_replay();
            match outcome {
                // What was left out is read once more, for the value.
                Outcome::Accepted if findings.skips.forbid() => {}
                Outcome::Accepted => return Outcome::Accepted,
                other => {
                    findings.skips.allow();
                    return other;
                }
            }
        }
    }
}
