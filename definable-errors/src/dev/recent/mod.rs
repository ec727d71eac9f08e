//! The recent errors of this process, and their pages below `/__errors`.

mod answer;
mod list;
mod ring;

pub(super) use self::answer::answer;
pub(super) use self::ring::{PATH, Ring};
