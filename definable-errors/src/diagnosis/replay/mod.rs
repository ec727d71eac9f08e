//! A replay: the type is deserialized once more, from the tree, with placeholders for what is
//! wrong.
//!
//! Values, lists, objects and variants contain each other, so the files of this folder use each other.

mod cursor;
mod deserializer;
mod map;
mod member_order;
mod pass;
mod replayer;
mod scalar;
mod seq;
mod variant;

pub(crate) use self::pass::Unplaced;
pub(crate) use self::replayer::{Outcome, Replay, Replayer};
