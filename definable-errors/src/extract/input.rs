//! The types that `Valid` can wrap, and the traits that all extractors share.

use std::future::Future;

use axum::extract::Request;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::source::Source;
use crate::error::ApiError;

/// The traits that all our extractors share: each wraps a value that a client sent.
macro_rules! wrapper {
    ($name:ident) => {
        impl<T> ::std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> ::std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T> ::std::convert::From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(value)
            }
        }
    };
}

/// Makes a type an extractor that `Valid` can wrap.
macro_rules! input {
    ($name:ident) => {
        $crate::extract::input::wrapper!($name);

        impl<T> $crate::extract::input::sealed::Sealed for $name<T> {}

        impl<T: ::serde::de::DeserializeOwned> $crate::extract::input::Input for $name<T> {
            type Value = T;

            fn from_value(value: T) -> Self {
                Self(value)
            }

            fn value(&self) -> &T {
                &self.0
            }
        }
    };
}

pub(super) use input;
pub(super) use wrapper;

/// An extractor whose value comes from the client; `Valid` can wrap it.
///
/// It is implemented by this library's extractors and cannot be implemented elsewhere.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extractor of `definable_errors::extract`",
    label = "expected `Json`, `Form`, `Query`, `Path` or `Header` of `definable_errors::extract`",
    note = "import the extractor of the same name: `definable_errors::extract::Json` in place of `axum::Json`"
)]
pub trait Input: Sized + sealed::Sealed {
    /// The type of the client's value.
    type Value: DeserializeOwned;

    #[doc(hidden)]
    fn from_value(value: Self::Value) -> Self;

    #[doc(hidden)]
    fn value(&self) -> &Self::Value;
}

/// An [`Input`] that is read from the head of the request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extractor of `definable_errors::extract`",
    label = "expected `Query`, `Path` or `Header` of `definable_errors::extract`",
    note = "import the extractor of the same name: `definable_errors::extract::Query` in place of `axum::extract::Query`"
)]
pub trait PartsInput<S>: Input {
    /// Reads the value. Returns `None` if only a diagnosis can find out what is wrong.
    #[doc(hidden)]
    fn read(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Option<Self::Value>, ApiError>> + Send;

    /// Returns the same text once more, for a diagnosis.
    #[doc(hidden)]
    fn source(parts: &mut Parts) -> impl Future<Output = Result<Source, ApiError>> + Send;
}

/// An [`Input`] that is read from the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extractor of `definable_errors::extract`",
    label = "expected `Json` or `Form` of `definable_errors::extract`",
    note = "import the extractor of the same name: `definable_errors::extract::Json` in place of `axum::Json`"
)]
pub trait BodyInput<S>: Input {
    /// Reads the text. Content type, size and encoding are checked; the content is not.
    #[doc(hidden)]
    fn source(request: Request, state: &S)
    -> impl Future<Output = Result<Source, ApiError>> + Send;

    /// Does the same as [`source`](Self::source), but returns `None` if there is no body.
    #[doc(hidden)]
    fn optional_source(
        request: Request,
        state: &S,
    ) -> impl Future<Output = Result<Option<Source>, ApiError>> + Send;
}

/// Reads an input from the head of a request, and reports what is wrong with it at once.
pub(super) async fn from_parts<I, S>(parts: &mut Parts, state: &S) -> Result<I, ApiError>
where
    I: PartsInput<S>,
{
    if let Some(value) = I::read(parts, state).await? {
        return Ok(I::from_value(value));
    }
    I::source(parts).await?.diagnose().map(I::from_value)
}

/// Reads an input from the body, and reports what is wrong with it at once.
pub(super) async fn from_body<I, S>(request: Request, state: &S) -> Result<I, ApiError>
where
    I: BodyInput<S>,
{
    I::source(request, state).await?.value().map(I::from_value)
}

/// Does the same as [`from_body`], but returns `None` if there is no body.
pub(super) async fn from_optional_body<I, S>(
    request: Request,
    state: &S,
) -> Result<Option<I>, ApiError>
where
    I: BodyInput<S>,
{
    match I::optional_source(request, state).await? {
        Some(source) => source.value().map(|value| Some(I::from_value(value))),
        None => Ok(None),
    }
}

pub(super) mod sealed {
    pub trait Sealed {}
}
