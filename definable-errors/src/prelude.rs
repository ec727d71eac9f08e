//! The names that most services use: `use definable_errors::prelude::*;`.
//!
//! No extractor is among them: `Path` and `Json` would meet those of axum.

pub use super::{ApiError, DatabaseExt, Declared, IntoApiError, ResultExt};
pub use crate::layer::ApiErrorLayer;
#[cfg(feature = "upstream")]
pub use crate::upstream::UpstreamExt;
