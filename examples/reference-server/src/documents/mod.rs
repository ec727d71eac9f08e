//! Documents of a knowledge base: files of a few types, each as large as one upload may be.

mod document;
mod routes;
mod store;
mod upload;

pub(crate) use self::document::Document;
pub(crate) use self::routes::routes;
pub(crate) use self::store::create;
pub(crate) use self::upload::Upload;
