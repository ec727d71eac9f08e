//! The return types of handlers, and the problems in them.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::body::Body;
use axum::response::{AppendHeaders, Html, NoContent, Redirect};
use bytes::{Bytes, BytesMut};
use http::{Extensions, HeaderMap, StatusCode};

use crate::error::{ApiError, Declared};
use crate::problem::{ProblemTypes, Types};

/// The return type of a handler of a [`GuardedRouter`](super::GuardedRouter), with the problem types
/// that it can contain.
///
/// It is implemented for `Result<T, E>` if `E` implements [`ProblemTypes`], whatever `T` is, and for
/// axum's plain responses, which contain no problem: texts, bytes, `Json`, `Html`, `Redirect`, … (A
/// value that cannot be serialized is an `internal_error`, like a panic.) A [`StatusCode`] may be
/// any status, so a route that returns one is undocumented; return [`NoContent`] or a `Result`
/// instead. A response type of your own implements it like this:
///
/// ```
/// use axum::response::{IntoResponse, Response};
/// use definable_errors::problem::Types;
/// use definable_errors::router::HandlerOutput;
///
/// struct Csv(String);
///
/// impl IntoResponse for Csv {
///     fn into_response(self) -> Response {
///         ([("content-type", "text/csv")], self.0).into_response()
///     }
/// }
///
/// impl HandlerOutput for Csv {
///     const TYPES: Types = Types::EMPTY;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the problems of a handler that returns `{Self}` are not known: return a `Result`, or write `undocumented(handler)`",
    label = "expected `Result<T, E>` with an `E` that derives `ApiError`, or a plain response such as `Json<T>`",
    note = "`router::documented::<MyError, _>(handler)` adds a handler that hides its type, with the problem types of `MyError`",
    note = "for a response type of your own: `impl router::HandlerOutput for {Self} {{ const TYPES: Types = Types::EMPTY; }}`"
)]
pub trait HandlerOutput {
    /// The problem types in the response.
    const TYPES: Types;
}

/// The error contains the problems, so nothing is required of `T`.
impl<T, E: ProblemTypes> HandlerOutput for Result<T, E> {
    const TYPES: Types = E::TYPES;
}

macro_rules! outputs {
    ($types:expr; $([$($generics:tt)*] $output:ty),+ $(,)?) => {
        $(
            impl<$($generics)*> HandlerOutput for $output {
                const TYPES: Types = $types;
            }
        )+
    };
}

outputs! { Types::EMPTY;
    [] (),
    [] Infallible,
    [] &'static str,
    [] String,
    [] Box<str>,
    [] Cow<'static, str>,
    [] &'static [u8],
    [const N: usize] &'static [u8; N],
    [const N: usize] [u8; N],
    [] Vec<u8>,
    [] Box<[u8]>,
    [] Cow<'static, [u8]>,
    [] Bytes,
    [] BytesMut,
    [] Body,
    [] NoContent,
    [] Redirect,
    [T] Html<T>,
    [] HeaderMap,
    [] Extensions,
    [K, V, const N: usize] [(K, V); N],
    [I] AppendHeaders<I>,
    [T] axum::Extension<T>,
    [T] axum::Form<T>,
    [T] axum::Json<T>,
}

#[cfg(any(feature = "dev", feature = "rate-limit", feature = "serve", feature = "ws"))]
outputs! { Types::EMPTY; [S] axum::response::Sse<S> }

/// The problems of a stream or a socket, also those that are sent after the head.
#[cfg(feature = "stream")]
mod stream {
    use axum::response::sse::Event;
    use futures_core::Stream;

    use super::HandlerOutput;
    use crate::problem::{DEADLINE_EXCEEDED, ProblemTypes, Types};
    use crate::stream::{Ndjson, Sse, Upgraded};

    impl<S: Stream<Item = Result<Event, E>>, E: ProblemTypes> HandlerOutput for Sse<S> {
        const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED], others: &[E::TYPES] };
    }

    impl<S: Stream<Item = Result<T, E>>, T, E: ProblemTypes> HandlerOutput for Ndjson<S> {
        const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED], others: &[E::TYPES] };
    }

    impl<E: ProblemTypes> HandlerOutput for Upgraded<E> {
        const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED], others: &[E::TYPES] };
    }
}

#[cfg(feature = "extract")]
outputs! { Types::EMPTY;
    [T] crate::extract::Json<T>,
    [T] crate::extract::Form<T>,
    [T] crate::extract::Extension<T>,
    [T, const MAX: usize] crate::extract::Batch<T, MAX>,
    [T] crate::extract::BatchAnswer<T>,
    [] crate::extract::ETag,
}

outputs! { Types::UNDOCUMENTED; [] StatusCode, [] http::response::Parts, [] ApiError }

impl<E: ProblemTypes> HandlerOutput for Declared<E> {
    const TYPES: Types = <Self as ProblemTypes>::TYPES;
}

macro_rules! tuples {
    ($($part:ident)*) => {
        impl<$($part: HandlerOutput),*> HandlerOutput for ($($part,)*) {
            const TYPES: Types = Types { own: &[], others: &[$($part::TYPES),*] };
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
