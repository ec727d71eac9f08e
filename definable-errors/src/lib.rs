//! Every error that leaves an axum service, right.

pub mod error;
pub mod problem;
mod respond;

pub use self::error::{ApiError, BoxError, Challenge, IntoApiError, ResultExt, handle_box_error};
#[cfg(feature = "derive")]
#[doc = include_str!("derive.md")]
pub use definable_errors_derive::ApiError;

/// What generated code names. Not for users: it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    pub use serde::Serialize;
    pub use std::fmt;
    pub use std::format;
    pub use std::string::ToString;

    pub use crate::error::{ApiError, Forward, IntoApiError, Source, derived, keep, note};
    pub use crate::problem::{ErrorStatus, Level, ProblemType, ProblemTypes, Types};
    pub use crate::problem::{saying_as_usual, waiting_as_usual};
}
