//! Header fields of a request as a struct.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use serde::de::DeserializeOwned;

use super::input::{PartsInput, from_parts, input};
use super::refusals::invalid;
use super::source::Source;
use crate::diagnosis::{diagnose, field_names};
use crate::error::ApiError;
use crate::problem::{Place, ProblemTypes, Types, VALIDATION_FAILED, Violation};

/// An extractor that deserializes header fields into a struct `T`, one per field.
///
/// Names are compared as header names are, and `_` in Rust is `-` in a header: `if_match` is
/// `If-Match`. A list accepts repeated fields and comma-separated lists alike (RFC 9110 §5.6.1).
/// Headers that `T` does not name are ignored, so `deny_unknown_fields` has no effect.
/// `Option<Header<T>>` is `None` if none of the fields is present.
///
/// ```
/// use axum::http::Request;
/// use axum::extract::FromRequestParts;
/// use definable_errors::extract::Header;
///
/// #[derive(serde::Deserialize)]
/// struct Conditions {
///     if_match: Option<String>,
///     x_revision: u32,
/// }
///
/// async fn replace(Header(conditions): Header<Conditions>) -> String {
///     format!("{:?} {}", conditions.if_match, conditions.x_revision)
/// }
/// # let _ = replace;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header<T>(pub T);

input!(Header);

impl<T, S> FromRequestParts<S> for Header<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        from_parts(parts, state).await
    }
}

/// Returns `None` if none of the fields is present.
impl<T, S> OptionalFromRequestParts<S> for Header<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        let asked = Asked::by::<T>();
        if parts.headers.keys().any(|name| asked.includes(name)) {
            from_parts(parts, state).await.map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<T: DeserializeOwned, S: Sync> PartsInput<S> for Header<T> {
    async fn read(parts: &mut Parts, _state: &S) -> Result<Option<T>, ApiError> {
        let source = Source::Header(lines(&parts.headers, &Asked::by::<T>())?);
        let tree = source.tree()?;
        Ok(diagnose::<T>(&tree, None).take_valid())
    }

    async fn source(parts: &mut Parts) -> Result<Source, ApiError> {
        Ok(Source::Header(lines(&parts.headers, &Asked::by::<T>())?))
    }
}

impl<T> ProblemTypes for Header<T> {
    const TYPES: Types = Types { own: &[&VALIDATION_FAILED], others: &[] };
}

/// The header fields that a type names; all of them if the type does not name any.
struct Asked(Option<&'static [&'static str]>);

impl Asked {
    fn by<T: DeserializeOwned>() -> Self {
        Self(field_names::<T>())
    }

    fn includes(&self, header: &HeaderName) -> bool {
        self.0.is_none_or(|fields| fields.iter().any(|field| is_named(header, field)))
    }
}

fn is_named(header: &HeaderName, field: &str) -> bool {
    let same = |(letter, known): (u8, u8)| match letter {
        b'_' => known == b'-' || known == b'_',
        letter => letter.eq_ignore_ascii_case(&known),
    };
    let header = header.as_str();
    header.len() == field.len() && field.bytes().zip(header.bytes()).all(same)
}

/// Returns the header lines that are requested, or the names of those that are not valid text.
fn lines(headers: &HeaderMap, asked: &Asked) -> Result<Vec<(String, String)>, ApiError> {
    let mut lines = Vec::new();
    let mut undecodable: Vec<&str> = Vec::new();
    for (name, value) in headers.iter().filter(|(name, _)| asked.includes(name)) {
        match std::str::from_utf8(value.as_bytes()) {
            Ok(text) => lines.push((name.as_str().to_owned(), text.to_owned())),
            // The fields of one name are adjacent.
            Err(_) if undecodable.last() == Some(&name.as_str()) => {}
            Err(_) => undecodable.push(name.as_str()),
        }
    }
    if undecodable.is_empty() {
        Ok(lines)
    } else {
        Err(invalid(undecodable.into_iter().map(not_utf_8)))
    }
}

fn not_utf_8(name: &str) -> Violation {
    Violation::new(Place::Header(name.to_owned().into()), "invalid", "must be UTF-8")
}
