//! What clients receive: violations, with the names on the wire.

mod diagnosis;
mod field_names;
mod names;
mod rename;
mod root_names;
mod violation;
mod wire_path;

pub(crate) use self::diagnosis::Diagnosis;
pub(crate) use self::field_names::field_names;
pub(crate) use self::root_names::RootNames;
pub(crate) use self::wire_path::{Found, Located, Order, Step, WirePath};
