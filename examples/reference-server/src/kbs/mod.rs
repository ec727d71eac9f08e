//! Knowledge bases: their data, errors, storage and routes.

mod error;
mod kb;
mod kb_id;
mod new_kb;
mod routes;
mod settings;
mod store;
mod tag;

use self::error::{CreateProblems, DeleteProblems, ReplaceProblems};
pub(crate) use self::error::{FindProblems, KbError};
use self::kb::Kb;
pub(crate) use self::kb_id::KbId;
use self::new_kb::NewKb;
pub(crate) use self::routes::{Operations, routes};
use self::settings::Settings;
use self::tag::Tag;
