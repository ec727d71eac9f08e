//! Recognition of an [`ApiError`], or of an error that derives it, among the causes of another error.

use std::any::type_name;
use std::error::Error;
use std::panic::Location;

use super::{ApiError, BoxError, Chain, IntoApiError};
use crate::problem::{INTERNAL_ERROR, Problem};

/// The errors that [`or_recognized_as`](super::ResultExt::or_recognized_as) looks for: one that
/// derives [`ApiError`](macro@crate::ApiError), or a tuple of up to eight.
///
/// An error type that implements [`IntoApiError`] by hand is found if it implements
/// [`to_api_error`](IntoApiError::to_api_error).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recognized among the causes of an error",
    label = "expected an error that derives `ApiError`, or a tuple of up to eight"
)]
pub trait Recognize {
    /// Returns the API error for this cause, or `None` if the cause has another type.
    fn recognize(cause: &(dyn Error + 'static)) -> Option<ApiError>;
}

impl<E: IntoApiError + Error + 'static> Recognize for E {
    fn recognize(cause: &(dyn Error + 'static)) -> Option<ApiError> {
        cause.downcast_ref::<E>()?.to_api_error()
    }
}

/// Finds no derived error, only an [`ApiError`].
impl Recognize for () {
    fn recognize(_: &(dyn Error + 'static)) -> Option<ApiError> {
        None
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => {
        $(
            impl<$first: Recognize, $($rest: Recognize),*> Recognize for ($first, $($rest,)*) {
                fn recognize(cause: &(dyn Error + 'static)) -> Option<ApiError> {
                    $first::recognize(cause)$(.or_else(|| $rest::recognize(cause)))*
                }
            }
        )*
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

/// A marker of errors with a concrete type; see [`Opaque`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "it has no values")]
pub enum Typed {}

/// A marker of errors that hide their type; see [`Opaque`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "it has no values")]
pub enum Erased {}

/// An error whose causes can be searched: any that implements [`Error`], and any that hides one,
/// such as `anyhow::Error`, `eyre::Report` and [`BoxError`]. The parameter is inferred.
#[diagnostic::on_unimplemented(
    message = "the causes of `{Self}` cannot be searched",
    label = "expected an error, `anyhow::Error`, `eyre::Report` or `BoxError`"
)]
pub trait Opaque<Kind> {
    #[doc(hidden)]
    fn first(&self) -> &(dyn Error + 'static);

    #[doc(hidden)]
    fn boxed(self) -> BoxError;
}

impl<E: Error + Send + Sync + 'static> Opaque<Typed> for E {
    fn first(&self) -> &(dyn Error + 'static) {
        self
    }

    fn boxed(self) -> BoxError {
        Box::new(self)
    }
}

impl<E: AsRef<dyn Error + Send + Sync> + Into<BoxError>> Opaque<Erased> for E {
    fn first(&self) -> &(dyn Error + 'static) {
        self.as_ref()
    }

    fn boxed(self) -> BoxError {
        self.into()
    }
}

/// Returns the outermost `ApiError` or error of `R` among the causes, else an `internal_error`. The
/// whole error becomes the source, unless the one that was found has one.
#[track_caller]
pub(super) fn recognized<R: Recognize, Kind, E: Opaque<Kind>>(error: E) -> ApiError {
    let known = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<ApiError>().cloned().or_else(|| R::recognize(cause))
    };
    let found = Chain::new(Some(error.first())).find_map(known);
    let found = found.unwrap_or_else(|| ApiError::unlocated(Problem::new(&INTERNAL_ERROR)));
    let found = found.with_location(Location::caller());
    if found.source().is_some() {
        return found;
    }
    found.with_boxed_source(error.boxed(), type_name::<E>())
}
