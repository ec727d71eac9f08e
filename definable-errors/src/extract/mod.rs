//! What axum's extractors and responses do, with problems in place of text.

mod body_limit;
mod checked;
mod content;
mod extension;
mod field_names;
mod form;
mod header;
mod input;
mod inputs;
mod json;
mod media_type;
mod mistakes;
#[cfg(feature = "multipart")]
pub mod multipart;
mod optional;
mod page;
mod pagination;
mod path;
mod query;
mod reading;
mod refusals;
mod rules;
mod source;
mod utf8;
mod valid;
mod valid_async;
mod valid_with;
mod validity;
mod wrapper;

pub use self::body_limit::BodyLimit;
pub use self::extension::Extension;
pub use self::form::Form;
pub use self::header::Header;
pub use self::input::{BodyInput, Input, PartsInput};
pub use self::inputs::Inputs;
pub use self::json::Json;
#[cfg(feature = "multipart")]
pub use self::multipart::Multipart;
pub use self::page::Page;
pub use self::pagination::Pagination;
pub use self::path::Path;
pub use self::query::Query;
#[cfg(feature = "garde")]
pub use self::rules::Garde;
pub use self::rules::{AsyncRules, BrokenRule, BrokenRules, Rules};
#[doc(hidden)]
pub use self::source::Source;
pub use self::valid::Valid;
pub use self::valid_async::ValidAsync;
pub use self::valid_with::ValidWith;
