//! Members of an organization, and the routes that change their roles.

mod member;
mod routes;
mod store;

use self::member::{Change, ChangeProblems, Colleague, FindProblems, MemberError, NewRole};
pub(crate) use self::routes::{Operations, routes};
