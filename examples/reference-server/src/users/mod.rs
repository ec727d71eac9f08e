//! What users see of themselves.

mod affiliation;
mod routes;

use self::affiliation::Affiliation;
pub(crate) use self::routes::routes;
