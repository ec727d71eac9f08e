//! Webhooks that programs of an organization call with an API key.

mod note;
mod routes;

use self::note::Note;
pub(crate) use self::routes::{Operations, routes};
