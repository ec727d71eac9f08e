//! Tests of the permissions of callers.

mod before_routers;
mod callers;
pub(crate) mod hidden;
mod members;
mod once;
mod organizations;
mod permissions;
mod precedence;
mod scopes;
pub(crate) mod service;
