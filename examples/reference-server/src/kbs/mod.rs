//! Knowledge bases: their data, errors, storage and routes.

mod kb;
mod routes;
mod store;

use self::kb::{CreateProblems, DeleteProblems, Kb, NewKb, ReplaceProblems};
pub(crate) use self::kb::{FindProblems, KbError, KbId};
pub(crate) use self::routes::{Operations, routes};
