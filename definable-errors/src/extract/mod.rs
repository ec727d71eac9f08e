//! What axum's extractors and responses do, with problems in place of text.

mod input;
mod json;
mod source;

pub use self::input::{BodyInput, Input, PartsInput};
pub use self::json::Json;
#[doc(hidden)]
pub use self::source::Source;
