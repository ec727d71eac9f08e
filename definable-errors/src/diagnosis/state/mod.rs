//! What replays have found out about one input.

mod fault;
mod findings;
mod limits;
mod placeholder;
mod skips;
mod texts;
mod type_facts;
mod value;

pub(crate) use self::fault::{Fault, FieldId, Reader, SentName, Target, TypeId};
pub(crate) use self::findings::{Findings, Found};
pub(crate) use self::limits::{Budget, MAX_DEPTH, Steps};
pub(crate) use self::placeholder::PlaceholderId;
pub(crate) use self::texts::TextAs;
pub(crate) use self::value::{Value, from_json, from_name, from_text, part_of};
