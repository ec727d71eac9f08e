//! The routes on which users see their own data.

mod affiliation;
mod routes;

use self::affiliation::Affiliation;
pub(crate) use self::routes::{Operations, routes};
