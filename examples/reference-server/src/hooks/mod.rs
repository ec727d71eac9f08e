//! Where programs of an organization deliver, with an API key.

mod note;
mod routes;

use self::note::Note;
pub(crate) use self::routes::routes;
