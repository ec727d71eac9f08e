//! Every mistake of an input in one answer.
//!
//! Serde stops at the first mistake. What a client sent is read in one pass, as everywhere; only when
//! that failed is it read once more, here: the input becomes a [`Tree`], and the same `Deserialize`
//! is asked again through a deserializer that notes what is wrong and where, shows a stand-in
//! instead, and goes on.
//!
//! No submitted value ever gets into a [`Violation`](crate::problem::Violation).

mod diagnosis;
mod origin;
mod tree;

pub(crate) use self::diagnosis::{Diagnosis, Located, Step, diagnose};
pub(crate) use self::origin::Origin;
pub(crate) use self::tree::{Malformed, Tree};
