//! Functions with which generated code builds an error; it also uses the public `with_…` of
//! [`ApiError`].

use std::any::type_name;
use std::error::Error;
use std::fmt::{Debug, Display, Write};
use std::slice;
use std::sync::Arc;

use http::header::HeaderName;
use serde::Serialize;

use super::{ApiError, IntoApiError, SourceLocation};
use crate::problem::{INTERNAL_ERROR, Problem, ProblemType, Violation};

/// Creates an error of the given type in generated code: it has no location.
pub fn derived(problem_type: &'static ProblemType) -> ApiError {
    ApiError::unlocated(Problem::new(problem_type))
}

/// Creates an error whose own code is for operators: clients see the built-in type of its status.
pub fn internal(problem_type: &'static ProblemType, code: &'static str) -> ApiError {
    derived(problem_type).with_internal_code(code)
}

/// Sets the location of the error, unless it is a place inside the standard library or this
/// library.
pub fn located(error: ApiError, location: &SourceLocation) -> ApiError {
    error.with_location(location.clone())
}

/// Converts a derived error, with its notes and its location, and does not keep it as the source.
pub fn without_source<E: IntoApiError>(error: &E) -> ApiError {
    // The derive always writes the conversion by reference.
    error.to_api_error().unwrap_or_else(|| derived(&INTERNAL_ERROR))
}

/// The bound on an error that can be kept by [`keep`], under one name.
pub trait Source: Error + Send + Sync + 'static {}

impl<E: Error + Send + Sync + 'static> Source for E {}

/// Converts a derived error and keeps it whole as the source.
pub fn keep<E: IntoApiError + Source>(source: E) -> ApiError {
    without_source(&source).with_boxed_source(Box::new(source), type_name::<E>())
}

// The rest is not generic where possible: every bound costs compile time in every variant.

/// Sets the detail.
pub fn detail(error: ApiError, text: &dyn Display) -> ApiError {
    let mut detail = String::with_capacity(64);
    // If `Display` fails, what it wrote so far is the detail; there is no way to report the
    // failure.
    let _ = write!(detail, "{text}");
    error.with_derived_detail(detail)
}

/// Adds a public member.
pub fn member<T: Serialize + ?Sized>(error: ApiError, name: &'static str, value: &T) -> ApiError {
    error.with_member(name, value)
}

/// Adds the violations of a field, as many as a problem may have.
pub fn violations<T: FieldViolations + ?Sized>(error: ApiError, found: &T) -> ApiError {
    error.with_violations(found.violations().iter().cloned())
}

/// Adds a header, whose name was checked at compile time.
pub fn header(error: ApiError, name: &'static str, value: &dyn Display) -> ApiError {
    error.with_header(HeaderName::from_static(name), value.to_string())
}

/// Adds a field to the notes for operators; `Debug` escapes what could forge a log line.
pub fn note(error: ApiError, name: &'static str, value: &dyn Debug) -> ApiError {
    error.with_note(format!("{name}: {value:?}"))
}

/// Adds the hint that a variant declares.
pub fn hint(error: ApiError, text: &'static str) -> ApiError {
    error.with_hint(text)
}

/// The type of a field that contains the violations of a problem.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of violations",
    label = "`#[api(violations)]` expects a `Vec<Violation>`",
    note = "it also fits `Violation`, slices, arrays, and `Option`s, `Box`es, `Arc`s and references of \
            these"
)]
pub trait FieldViolations {
    /// Returns the violations.
    fn violations(&self) -> &[Violation];
}

impl FieldViolations for Violation {
    fn violations(&self) -> &[Violation] {
        slice::from_ref(self)
    }
}

impl FieldViolations for [Violation] {
    fn violations(&self) -> &[Violation] {
        self
    }
}

impl<const N: usize> FieldViolations for [Violation; N] {
    fn violations(&self) -> &[Violation] {
        self
    }
}

impl FieldViolations for Vec<Violation> {
    fn violations(&self) -> &[Violation] {
        self
    }
}

impl<T: FieldViolations> FieldViolations for Option<T> {
    fn violations(&self) -> &[Violation] {
        self.as_ref().map_or(&[], T::violations)
    }
}

macro_rules! pointers {
    ($($pointer:ty)*) => {$(
        impl<T: FieldViolations + ?Sized> FieldViolations for $pointer {
            fn violations(&self) -> &[Violation] {
                T::violations(self)
            }
        }
    )*};
}

pointers!(&T Box<T> Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Place, VALIDATION_FAILED};

    fn sent<T: FieldViolations + ?Sized>(found: &T) -> usize {
        violations(derived(&VALIDATION_FAILED), found).problem().violations().len()
    }

    #[test]
    fn field_violations_of_every_container_are_sent() {
        let violation = || Violation::new(Place::Query("page".into()), "too_small", "is too small");
        assert_eq!(sent(&violation()), 1);
        assert_eq!(sent(&[violation(), violation()]), 2);
        assert_eq!(sent(&[violation(), violation()][..]), 2);
        assert_eq!(sent(&vec![violation(); 3]), 3);
        assert_eq!(sent(&Some(violation())), 1);
        assert_eq!(sent(&None::<Violation>), 0);
        assert_eq!(sent(&&violation()), 1);
        assert_eq!(sent(&Box::new([violation(), violation()])), 2);
        assert_eq!(sent(&Arc::<[Violation]>::from([violation(), violation()])), 2);
    }
}
