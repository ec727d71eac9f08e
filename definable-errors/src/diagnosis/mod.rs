//! Every mistake of an input in one answer.

mod mistakes;
mod input;
mod replay;
mod report;
mod search;
mod serde_error;
mod state;

pub(crate) use self::mistakes::diagnose;
pub(crate) use self::input::{Malformed, Origin, Tree};
pub(crate) use self::report::{Diagnosis, Found, Located, Order, RootNames, Step, WirePath};
pub(crate) use self::state::Budget;
