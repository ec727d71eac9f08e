use serde::de::DeserializeOwned;

use super::Tree;
use crate::problem::{Place, Violation};

/// All that is wrong with an input.
pub(crate) struct Diagnosis<'t, T> {
    /// What was found, in the order of the input; at most one over what an answer tells.
    pub(crate) violations: Vec<Violation>,
    /// The value, stand-ins in place of what is wrong; `None` when nothing could stand in.
    pub(crate) value: Option<T>,
    tree: &'t Tree<'t>,
}

/// One step into a value, in the names of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'s> {
    Field(&'s str),
    Index(usize),
    Key(&'s str),
}

/// Where a step in Rust's names leads in the client's input.
#[derive(Debug, PartialEq)]
pub(crate) struct Located {
    /// The place itself, or the nearest one above it that has a name.
    pub(crate) place: Place,
    /// The field's name in Rust, when the place is only its parent.
    pub(crate) unnamed: Option<String>,
    /// Whether what a rule saw there was invented, wholly or in part: no rule may speak of it.
    pub(crate) is_invented: bool,
}

/// Reads the input as a `T` once more and tells everything that is wrong with it.
pub(crate) fn diagnose<'t, T: DeserializeOwned>(tree: &'t Tree<'t>) -> Diagnosis<'t, T> {
    let value = serde_json::from_slice(tree.text).ok();
    let violations = match value {
        Some(_) => Vec::new(),
        None => vec![Violation::new(tree.origin.place(&[]), "invalid", "is not valid")],
    };
    Diagnosis { violations, value, tree }
}

impl<T> Diagnosis<'_, T> {
    /// The client's place for a path in the names of Rust.
    pub(crate) fn locate(&self, _path: &[Step<'_>]) -> Located {
        Located { place: self.tree.origin.place(&[]), unnamed: None, is_invented: false }
    }
}
