//! The search for all mistakes: replays until one is accepted, and the attribution of complaints
//! whose place serde does not know.

mod adjustments;
mod attribution;
mod candidates;
mod group_test;
mod placeholders;
mod texts;
mod variants;

pub(crate) use self::attribution::{is_accepted, search};
