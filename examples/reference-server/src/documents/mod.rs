//! Documents of a knowledge base: files of a few media types, limited by the size of one upload.

mod document;
mod routes;
mod store;

pub(crate) use self::document::{Document, Upload};
pub(crate) use self::routes::{Operations, routes};
pub(crate) use self::store::create;
