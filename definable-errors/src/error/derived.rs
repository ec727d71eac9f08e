//! What generated code builds an error with; the rest are the public `with_…` of [`ApiError`].

use std::any::type_name;
use std::error::Error;
use std::fmt::{Debug, Display, Write};

use http::header::HeaderName;
use serde::Serialize;

use super::{ApiError, IntoApiError, SourceLocation};
use crate::problem::{INTERNAL_ERROR, Problem, ProblemType};

/// An error of the given type that was born in generated code: it has no location.
pub fn derived(problem_type: &'static ProblemType) -> ApiError {
    ApiError::unlocated(Problem::new(problem_type))
}

/// An error whose own code is for operators: clients see the built-in type of its status.
pub fn internal(problem_type: &'static ProblemType, code: &'static str) -> ApiError {
    derived(problem_type).with_internal_code(code)
}

/// Keeps the place that the error was made at, unless it is one that tells nobody anything.
pub fn located(error: ApiError, location: &SourceLocation) -> ApiError {
    error.with_location(location.clone())
}

/// The public half of a derived error, with its notes and its location.
pub fn told<E: IntoApiError>(error: &E) -> ApiError {
    // The derive always writes the conversion by reference.
    error.to_api_error().unwrap_or_else(|| derived(&INTERNAL_ERROR))
}

/// What an error must be to be kept: the bound of [`keep`] under one name.
pub trait Source: Error + Send + Sync + 'static {}

impl<E: Error + Send + Sync + 'static> Source for E {}

/// Keeps the derived error whole as the source.
pub fn keep<E: IntoApiError + Source>(source: E) -> ApiError {
    told(&source).with_boxed_source(Box::new(source), type_name::<E>())
}

// The rest is generic over nothing where it can be: every bound costs compile time in every variant.

/// Says to the client what happened.
pub fn detail(error: ApiError, text: &dyn Display) -> ApiError {
    let mut detail = String::with_capacity(64);
    // A `Display` that fails leaves what it wrote; there is nobody to tell.
    let _ = write!(detail, "{text}");
    error.with_detail(detail)
}

/// Adds a public member.
pub fn member<T: Serialize + ?Sized>(error: ApiError, name: &'static str, value: &T) -> ApiError {
    error.with_member(name, value)
}

/// Adds a header; its name was checked while compiling.
pub fn header(error: ApiError, name: &'static str, value: &dyn Display) -> ApiError {
    error.with_header(HeaderName::from_static(name), value.to_string())
}

/// Notes a field for operators; `Debug` escapes what could forge a log line.
pub fn note(error: ApiError, name: &'static str, value: &dyn Debug) -> ApiError {
    error.with_note(format!("{name}: {value:?}"))
}
