//! What axum's extractors and responses do, with problems in place of text.

mod json;

pub use self::json::Json;
