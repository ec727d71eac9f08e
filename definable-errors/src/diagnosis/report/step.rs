//! Paths into a value in the names of Rust, and where they lead in the input.

use crate::diagnosis::input::NodeId;
use crate::problem::Place;

/// One step into a value, in the names of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'s> {
    Field(&'s str),
    Index(usize),
    Key(&'s str),
}

/// The place in the client's input to which a path leads.
#[derive(Debug, PartialEq)]
pub(crate) struct Located {
    /// The place itself, or the nearest one above it that has a name.
    pub(crate) place: Place,
    /// The order of the place in the input.
    pub(crate) order: Order,
    /// The name of the field in Rust, if the place is only that of its parent.
    pub(crate) unnamed: Option<String>,
    /// Whether the value there is a placeholder, wholly or in part. Rules that it breaks must not be
    /// reported.
    pub(crate) is_placeholder: bool,
}

/// The order of the input. What is missing comes after everything that its object has, in the order of
/// the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order(pub(super) NodeId, pub(super) Option<usize>);
