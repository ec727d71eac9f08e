//! Every mistake of an input in one answer.
//!
//! Serde stops at the first mistake. What a client sent is read in one pass, as everywhere; only when
//! that failed is it read once more, here: the input becomes a [`Tree`], and the same `Deserialize`
//! is asked again through a deserializer that notes what is wrong and where, shows a stand-in
//! instead, and goes on.
//!
//! No submitted value ever gets into a [`Violation`](crate::problem::Violation).

mod bounds;
mod budget;
mod candidates;
mod cursor;
mod deserializer;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod diagnosis;
mod elements;
mod empty_text;
mod fault;
mod given;
mod header_names;
mod hint;
mod json;
mod json_number;
mod json_string;
mod judge;
mod known;
mod malformed;
mod members;
mod names;
mod offer;
mod origin;
mod overheard;
mod pairs;
mod place;
mod raw_value;
mod readings;
mod refusal;
mod rename;
mod replace;
mod root_names;
mod session;
mod skipping;
mod stand_in;
mod suspects;
mod tree;
mod trial;
mod turns;
mod unescape;
mod variant;
mod wanted;
mod wire_path;

pub(crate) use self::budget::Budget;
pub(crate) use self::diagnosis::{Diagnosis, Located, Order, Step, diagnose};
pub(crate) use self::malformed::Malformed;
pub(crate) use self::origin::Origin;
pub(crate) use self::root_names::RootNames;
pub(crate) use self::tree::Tree;
pub(crate) use self::wire_path::{Found, WirePath};
