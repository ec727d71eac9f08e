//! Members of an organization, and the routes that change their roles.

mod change;
mod colleague;
mod error;
mod new_role;
mod routes;
mod store;

use self::change::Change;
use self::colleague::Colleague;
use self::error::{ChangeProblems, FindProblems, MemberError};
use self::new_role::NewRole;
pub(crate) use self::routes::{Operations, routes};
