//! What generated code builds an error with; the rest are the public `with_…` of [`ApiError`].

use std::any::type_name;
use std::error::Error;
use std::fmt::Debug;

use super::ApiError;
use crate::problem::{Problem, ProblemType};

/// An error of the given type that was born in generated code: it has no location.
pub fn derived(problem_type: &'static ProblemType) -> ApiError {
    ApiError::unlocated(Problem::new(problem_type))
}

/// What an error must be to be kept: the bound of [`keep`] under one name.
pub trait Source: Error + Send + Sync + 'static {}

impl<E: Error + Send + Sync + 'static> Source for E {}

/// Keeps the derived error whole as the source.
pub fn keep<E: Source>(error: ApiError, source: E) -> ApiError {
    error.with_boxed_source(Box::new(source), type_name::<E>())
}

/// Notes a field for operators; `Debug` escapes what could forge a log line.
pub fn note(error: ApiError, name: &'static str, value: &(impl Debug + ?Sized)) -> ApiError {
    error.with_note(format!("{name}: {value:?}"))
}
