//! An API error whose problem types are known to the compiler.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use super::{ApiError, IntoApiError};
use crate::problem::{INTERNAL_ERROR, ProblemType, ProblemTypes, Types};

/// An [`ApiError`](struct@ApiError) whose problem types are those of `E`, and `internal_error`.
///
/// `?` converts an `E` and sets the location to that of the `?`. The error of a library is
/// converted by [`or_declared`](super::ResultExt::or_declared), which calls `E::from` and sets the
/// location to that of the call. Any other error type does not compile.
///
/// `?` also converts an `ApiError` that was created explicitly, as by
/// [`or_internal`](super::ResultExt::or_internal) or [`ApiError::conflict`]. The compiler does not
/// know its code, so the code is compared at run time: if it is neither among those of `E` nor
/// `internal_error`, the error is sent unchanged, with the note "undeclared: `code`" for operators.
/// A type that no variant of `E` has is declared on `E`: `#[api(declares(CONFLICT))]`.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use definable_errors::error::Declared;
/// use definable_errors::problem::{CONFLICT, ProblemType, ProblemTypes};
/// use definable_errors::{ApiError, ResultExt};
///
/// #[derive(Debug, thiserror::Error, ApiError)]
/// #[api(prefix = "order", declares(CONFLICT))]
/// enum OrderError {
///     #[error("order {id} does not exist")]
///     #[api(status = 404)]
///     NotFound { id: u64 },
///     #[error("reading failed")]
///     #[api(status = 500)]
///     Read(#[from] std::io::Error),
/// }
///
/// fn find(id: u64) -> Result<String, OrderError> {
///     if id == 0 { Err(OrderError::NotFound { id }) } else { Ok(format!("/no/such/file/{id}")) }
/// }
///
/// fn handler(id: u64) -> Result<String, Declared<OrderError>> {
///     let path = find(id)?;
///     let text = std::fs::read_to_string(path).or_declared()?;
///     if text.is_empty() {
///         return Err(ApiError::conflict("The order is empty.").into());
///     }
///     Ok(text)
/// }
///
/// let error = ApiError::from(handler(0).unwrap_err());
/// assert_eq!(error.problem().code(), "order_not_found");
/// let error = ApiError::from(handler(1).unwrap_err());
/// assert_eq!(error.internal_code(), Some("order_read"));
///
/// let types: Vec<_> = Declared::<OrderError>::TYPES.iter().map(ProblemType::code).collect();
/// assert_eq!(types, ["order_not_found", "internal_error", "conflict"]);
/// # }
/// ```
#[must_use = "an error does nothing until it is returned"]
pub struct Declared<E>(ApiError, PhantomData<fn() -> E>);

impl<E> Declared<E> {
    /// Returns the error, with both halves.
    pub const fn as_api_error(&self) -> &ApiError {
        &self.0
    }
}

impl<E: IntoApiError> From<E> for Declared<E> {
    /// Sets the location to that of the `?`, unless the error has one.
    #[track_caller]
    fn from(error: E) -> Self {
        Self(ApiError::from(error), PhantomData)
    }
}

impl<E: ProblemTypes> From<ApiError> for Declared<E> {
    /// Adds a note for operators if the code is not among the declared ones.
    #[track_caller]
    fn from(error: ApiError) -> Self {
        let error = error.with_location(Location::caller());
        let problem_type = error.problem().problem_type();
        if Self::TYPES.iter().any(|declared| declared == problem_type) {
            return Self(error, PhantomData);
        }
        let note = format!("undeclared: `{}`", problem_type.code());
        Self(error.with_note(note), PhantomData)
    }
}

impl<E: ProblemTypes> Declared<E> {
    const INTERNAL: Types = Types { own: &[&INTERNAL_ERROR], others: &[] };
    const WITH_INTERNAL: Types = Types { own: &[], others: &[E::TYPES, Self::INTERNAL] };
}

/// The problem types are those of `E`, and `internal_error`.
impl<E: ProblemTypes> ProblemTypes for Declared<E> {
    const TYPES: Types = match E::TYPES.find(ProblemType::code(&INTERNAL_ERROR)) {
        Some(_) => E::TYPES,
        None => Self::WITH_INTERNAL,
    };
}

impl<E: ProblemTypes> IntoApiError for Declared<E> {
    fn into_api_error(self) -> ApiError {
        self.0
    }

    fn to_api_error(&self) -> Option<ApiError> {
        Some(self.0.clone())
    }
}

impl<E> Clone for Declared<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<E> fmt::Debug for Declared<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Declared").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::CONFLICT;

    struct Paid;

    impl ProblemTypes for Paid {
        const TYPES: Types = Types { own: &[&CONFLICT], others: &[] };
    }

    #[test]
    fn error_outside_the_declared_ones_is_noted() {
        let notes = |error: ApiError| {
            let error = Declared::<Paid>::from(error);
            error.as_api_error().notes().map(str::to_owned).collect::<Vec<_>>()
        };
        assert!(notes(ApiError::conflict("It was already paid.")).is_empty());
        assert!(notes(ApiError::internal_error()).is_empty());
        assert_eq!(notes(ApiError::gone("It was deleted.")), ["undeclared: `gone`"]);
    }

    #[test]
    fn a_declared_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Declared<()>>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Declared<()>>>(), size_of::<usize>());
    }
}
