//! What axum's extractors and responses do, with problems in place of text.

mod body_limit;
mod content;
mod extension;
mod field_names;
mod form;
mod header;
mod input;
mod json;
mod media_type;
#[cfg(feature = "multipart")]
pub mod multipart;
mod optional;
mod path;
mod query;
mod reading;
mod refusals;
mod source;
mod utf8;
mod wrapper;

pub use self::body_limit::BodyLimit;
pub use self::extension::Extension;
pub use self::form::Form;
pub use self::header::Header;
pub use self::input::{BodyInput, Input, PartsInput};
pub use self::json::Json;
#[cfg(feature = "multipart")]
pub use self::multipart::Multipart;
pub use self::path::Path;
pub use self::query::Query;
#[doc(hidden)]
pub use self::source::Source;
