//! An error as a response, with its status, headers and body.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::body::{DEFAULT_BASE, LazyBody};
use super::headers::{add_error_headers, own_headers, remove_representation_headers};
use crate::error::{ApiError, Challenge, Declared, IntoApiError, ServiceChallenge};
use crate::problem::{ErrorStatus, LanguageTag, ProblemTypes};
use crate::render::{Document, MediaType, json};

const ACCEPT: HeaderValue = HeaderValue::from_static("accept");

/// Capacity for the usual headers of an error and the length of its body, so that the map never
/// grows.
const ROOM: usize = 6;

impl<E: ProblemTypes> IntoResponse for Declared<E> {
    fn into_response(self) -> Response {
        self.into_api_error().into_response()
    }
}

/// The response is correct and safe without any layer: JSON, the default base, the default
/// challenge, no ids.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::with_capacity(ROOM + self.headers().len());
        own_headers(&self, &mut headers);
        add_error_headers(
            &self,
            &Challenge::DEFAULT,
            None,
            MediaType::Json.content_type(),
            &mut headers,
        );
        let mut response = Response::new(Body::new(LazyBody::new(writer(self.clone()))));
        *response.status_mut() = self.problem().status().into();
        *response.headers_mut() = headers;
        response.extensions_mut().insert(self);
        response
    }
}

/// A separate function, so that the type of the body is the same everywhere.
fn writer(error: ApiError) -> impl Fn() -> Bytes + Unpin {
    move || {
        let problem = error.problem();
        json(&Document { problem, base: DEFAULT_BASE, ids: None, more: &[] })
    }
}

/// Writes the head of a failed response: sets the status, adds the headers of the error and of its
/// new body, and puts the error into the extensions in place of the one that is there. Headers that
/// other code set stay, except for those that describe the old body.
pub(crate) fn write_head(
    parts: &mut Parts,
    error: ApiError,
    challenge: &ServiceChallenge,
    content_type: HeaderValue,
) {
    let status = error.problem().status();
    parts.status = StatusCode::from(status);
    if parts.headers.is_empty() {
        parts.headers = HeaderMap::with_capacity(match status {
            // One more for the methods that it lists.
            ErrorStatus::METHOD_NOT_ALLOWED => ROOM + 1,
            _ => ROOM,
        });
    }
    remove_representation_headers(&mut parts.headers, status);
    if status == ErrorStatus::UNAUTHORIZED && parts.extensions.get::<ApiError>().is_some() {
        replace_default_challenge(&error, challenge.own(), &mut parts.headers);
    }
    restate_challenges(&error, challenge, &mut parts.headers);
    let allowed = match status {
        ErrorStatus::METHOD_NOT_ALLOWED => parts.extensions.remove(),
        _ => None,
    };
    add_error_headers(&error, challenge.own(), allowed, content_type, &mut parts.headers);
    match parts.extensions.get_mut::<ApiError>() {
        Some(known) => *known = error,
        None => drop(parts.extensions.insert(error)),
    }
}

/// Adds `Vary: Accept` to the head of a response whose body `Accept` chose. Other fields stay.
pub(crate) fn vary_by_accept(headers: &mut HeaderMap) {
    headers.append(header::VARY, ACCEPT);
}

/// Adds `Vary: Accept-Language` to the head of a response whose texts are translated. Other fields
/// stay.
pub(crate) fn vary_by_language(headers: &mut HeaderMap) {
    headers.append(header::VARY, const { HeaderValue::from_static("accept-language") });
}

/// Sets the language of the new body (RFC 9110 §8.5).
pub(crate) fn set_language(headers: &mut HeaderMap, language: &LanguageTag) {
    let value = HeaderValue::from_str(language.as_str());
    headers.insert(header::CONTENT_LANGUAGE, value.expect("a language tag is a header value"));
}

/// Replaces the default challenge of a 401 by that of the service. Challenges that other code added stay
/// after it.
fn replace_default_challenge(error: &ApiError, challenge: &Challenge, headers: &mut HeaderMap) {
    let says_own =
        !error.challenges().is_empty() || error.problem().problem_type().challenge().is_some();
    let is_default = headers.get(header::WWW_AUTHENTICATE) == Some(Challenge::DEFAULT.value());
    if says_own || !is_default {
        return;
    }
    let all = headers.get_all(header::WWW_AUTHENTICATE).iter();
    let others: Vec<_> = all.skip(1).cloned().collect();
    headers.insert(header::WWW_AUTHENTICATE, challenge.value().clone());
    for other in others {
        headers.append(header::WWW_AUTHENTICATE, other);
    }
}

/// Restates the error's challenges of the default realm in the service's realm. Those that other
/// code added stay.
fn restate_challenges(error: &ApiError, challenge: &ServiceChallenge, headers: &mut HeaderMap) {
    if challenge.is_default() || !headers.contains_key(header::WWW_AUTHENTICATE) {
        return;
    }
    let standard = error.problem().problem_type().challenge();
    let is_own = |said: &HeaderValue| match error.challenges() {
        [] => standard.is_some_and(|standard| *said == standard),
        own => own.iter().any(|own| own.value() == said),
    };
    let said = headers.get_all(header::WWW_AUTHENTICATE).iter();
    let restate = |said: &HeaderValue| {
        let own = is_own(said).then(|| challenge.restate(said)).flatten();
        own.unwrap_or_else(|| said.clone())
    };
    let all: Vec<_> = said.map(restate).collect();
    headers.remove(header::WWW_AUTHENTICATE);
    for challenge in all {
        headers.append(header::WWW_AUTHENTICATE, challenge);
    }
}
