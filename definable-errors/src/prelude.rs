//! The names that most services use: `use definable_errors::prelude::*;`.
//!
//! No extractor is among them: `Path` and `Json` would meet those of axum.

pub use super::{ApiError, Declared, IntoApiError, ResultExt};
#[cfg(feature = "sqlx")]
pub use crate::error::SqlxExt;
pub use crate::layer::ApiErrorLayer;
#[cfg(feature = "upstream")]
pub use crate::upstream::UpstreamExt;
