//! The parameters in the path of a request, as a value.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::{PathRejection, RawPathParamsRejection};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Path as AxumPath, RawPathParams};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::input::{PartsInput, from_parts, input};
use super::refusals::{misconfigured, undecodable};
use super::source::Source;
use crate::error::ApiError;
use crate::problem::{BAD_REQUEST, INTERNAL_ERROR, ProblemTypes, Types, VALIDATION_FAILED};

/// An extractor that deserializes the path parameters into `T`, as `axum::extract::Path` does.
///
/// An invalid value is a violation of its parameter. A mistake that no client could fix, such as a
/// type with more fields than the route has parameters, is a 500 `internal_error`; its cause is
/// noted for operators. `Option<Path<T>>` is `None` if the route has no parameters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Path<T>(pub T);

input!(Path);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        from_parts(parts, state).await
    }
}

/// Returns `None` if the route has no parameters.
impl<T, S> OptionalFromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        match RawPathParams::from_request_parts(parts, state).await {
            Ok(parameters) if parameters.iter().next().is_none() => Ok(None),
            Err(RawPathParamsRejection::MissingPathParams(_)) => Ok(None),
            _ => from_parts(parts, state).await.map(Some),
        }
    }
}

impl<T, S> PartsInput<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    async fn read(parts: &mut Parts, state: &S) -> Result<Option<T>, ApiError> {
        let read = <AxumPath<T> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let rejection = match read {
            Ok(AxumPath(value)) => return Ok(Some(value)),
            Err(rejection) => rejection,
        };
        match mistake(&rejection, &raw(parts).await.unwrap_or_default()) {
            Mistake::Data => Ok(None),
            Mistake::Encoding => Err(undecodable("The path is not UTF-8.")),
            Mistake::Route => Err(misconfigured::<T>("Path", &rejection.to_string())),
        }
    }

    async fn source(parts: &mut Parts) -> Result<Source, ApiError> {
        Ok(Source::Path(raw(parts).await.unwrap_or_default()))
    }
}

impl<T> ProblemTypes for Path<T> {
    const TYPES: Types =
        Types { own: &[&BAD_REQUEST, &VALIDATION_FAILED, &INTERNAL_ERROR], others: &[] };
}

/// Which mistake it is, and whether the client or the service made it.
enum Mistake {
    Data,
    Encoding,
    Route,
}

fn mistake(rejection: &PathRejection, pairs: &[(String, String)]) -> Mistake {
    let PathRejection::FailedToDeserializePathParams(error) = rejection else {
        return Mistake::Route;
    };
    match error.kind() {
        ErrorKind::InvalidUtf8InPathParam { .. } => Mistake::Encoding,
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            Mistake::Route
        }
        ErrorKind::Message(message) if is_about_names(message, pairs) => Mistake::Route,
        _ => Mistake::Data,
    }
}

/// Whether the message is about names. The names come from the route: no client can omit or add
/// one. A type's own message may repeat what a client sent, and is then not about a name that
/// matches.
fn is_about_names(message: &str, pairs: &[(String, String)]) -> bool {
    let is_parameter = |name: &str| pairs.iter().any(|(known, _)| known == name);
    let named = |start: &str| message.strip_prefix(start)?.split('`').next();
    named("missing field `").is_some_and(|name| !is_parameter(name))
        || named("unknown field `").is_some_and(is_parameter)
}

/// Returns the names and the decoded values. Returns `None` if the path is not UTF-8.
async fn raw(parts: &mut Parts) -> Option<Vec<(String, String)>> {
    let pairs = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    Some(pairs.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
}
