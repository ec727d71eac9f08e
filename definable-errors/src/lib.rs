//! Every error that leaves an axum service, right.

#[cfg(feature = "dev")]
pub mod dev;
pub mod error;
#[cfg(feature = "extract")]
pub mod extract;
pub mod guard;
pub mod layer;
pub mod occurrence;
pub mod problem;
pub mod render;
pub mod report;
mod respond;

#[cfg(feature = "dev")]
pub use self::dev::Mode;
#[cfg(feature = "sqlx")]
pub use self::error::SqlxExt;
pub use self::error::{ApiError, BoxError, Challenge, IntoApiError, ResultExt, handle_box_error};
pub use self::layer::{ApiErrorLayer, Passthrough};
pub use self::occurrence::Occurrence;
#[cfg(feature = "derive")]
#[doc = include_str!("derive.md")]
pub use definable_errors_derive::ApiError;

/// What generated code names. Not for users: it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    pub use serde::Serialize;
    pub use std::fmt;
    pub use std::format_args;

    pub use crate::error::{ApiError, Forward, IntoApiError, Source};
    pub use crate::error::{derived, detail, header, keep, member, note};
    pub use crate::problem::{Level, ProblemType, ProblemTypes, Types};
    pub use crate::problem::{checked, saying_as_usual, waiting_as_usual};
}
