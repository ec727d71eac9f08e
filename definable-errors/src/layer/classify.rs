//! Finds the error behind a failed response, or creates one.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::StatusCode;
use http::header::{self, HeaderMap};
use http::response::Parts;
use http_body::Body as HttpBody;

#[cfg(feature = "stream")]
use super::LateErrors;
use super::excerpt::excerpt;
use super::foreign::{Foreign, MAX_HOOKED, Treatment};
use super::reading::Reading;
use super::watch::{Finished, Watch};
use super::{panic, rejection};
use crate::error::{ApiError, BoxError, retry_after};
use crate::problem::{ErrorStatus, Problem, ROUTE_NOT_FOUND, type_for_status};
use crate::respond::{self, Enclosed};

/// The classification of a response.
pub(super) enum Found<B> {
    /// Nothing failed, or an inner layer has already handled the response.
    Finished(B),
    /// A failure that is not ours: it is reported, and its body stays.
    Foreign(ApiError, Body),
    /// Not a failure itself, but it contains failed items.
    Enclosing(Enclosed),
    /// An error whose body the library writes.
    Ours(ApiError),
}

/// A text of a foreign 4xx that is longer than this is dropped.
const MAX_DETAIL: usize = 200;

/// Enough for the text of a rejection, which repeats the value that was rejected.
const MAX_TEXT: usize = 64 * 1024;

pub(super) fn classify<B>(parts: &mut Parts, body: B, watch: &Watch) -> Found<B>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    // The error's own status takes precedence, also over an outer 2xx.
    if parts.extensions.get::<Finished>().is_some() {
        let error = parts.extensions.get::<ApiError>();
        parts.status = error.map_or(parts.status, |error| error.problem().status().into());
        return Found::Finished(body);
    }
    if let Some(error) = parts.extensions.get::<ApiError>().cloned() {
        return Found::Ours(with_retry_after_of(error, &mut parts.headers));
    }
    let Ok(status) = ErrorStatus::try_from(parts.status) else {
        // Most responses have no extensions, and do not pay for the search.
        #[cfg(feature = "stream")]
        if !parts.extensions.is_empty() {
            attach(parts, watch);
        }
        return match enclosed(parts) {
            Some(enclosed) => Found::Enclosing(enclosed),
            None => Found::Finished(body),
        };
    };
    match replacement(status, parts, body, watch) {
        Ok(error) => Found::Ours(merge_headers(error, &mut parts.headers)),
        Err((error, body)) => Found::Foreign(error, body),
    }
}

/// Connects a stream or a socket, whose errors after the head the layer handles as well.
#[cfg(feature = "stream")]
fn attach(parts: &mut Parts, watch: &Watch) {
    if let Some(late) = parts.extensions.remove::<LateErrors>() {
        late.attach(watch);
    }
}

/// Only the answer to a batch contains failed items; other responses do not pay for the search.
fn enclosed(parts: &mut Parts) -> Option<Enclosed> {
    match parts.status {
        StatusCode::MULTI_STATUS => parts.extensions.remove(),
        _ => None,
    }
}

/// Returns the error that replaces a foreign body, or the body with the error to be reported.
fn replacement<B>(
    status: ErrorStatus,
    parts: &mut Parts,
    body: B,
    watch: &Watch,
) -> Result<ApiError, (ApiError, Body)>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let foreign = Foreign::of(status, parts, &body);
    let mut reading = Reading::unread(body);
    if let Some(error) = from_hook(&foreign, &mut reading, watch) {
        return Ok(error);
    }
    match foreign.treatment(watch.is_head(), watch.settings.foreign_5xx) {
        Treatment::HandOn => return Err((left_alone(status), reading.into_body())),
        Treatment::LeaveAlone => {}
        Treatment::Drop => {
            return Ok(bare(status, watch).with_note("body dropped: no content type"));
        }
        Treatment::Replace => {
            if !foreign.is_readable() {
                return Ok(bare(status, watch));
            }
            reading.read(MAX_TEXT);
            return Ok(from_text(status, &reading, watch));
        }
        Treatment::ReplaceText => {
            reading.read(MAX_TEXT);
            if reading.is_broken() || reading.text().is_some() {
                return Ok(from_text(status, &reading, watch));
            }
        }
    }
    respond::add_required_headers(status, watch.settings.challenge.own(), parts);
    Err((left_alone(status), reading.into_body()))
}

fn left_alone(status: ErrorStatus) -> ApiError {
    ApiError::unlocated(Problem::new(type_for_status(status))).with_note("left as it came")
}

/// Returns the problem that the service's hook makes of a foreign body. A hook that panics makes
/// none, and axum's rejections are recognized without it.
fn from_hook<B>(foreign: &Foreign, reading: &mut Reading<B>, watch: &Watch) -> Option<ApiError>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let hook = watch.settings.adopt.as_ref().filter(|_| foreign.is_for_hook())?;
    reading.read(usize::try_from(MAX_HOOKED).unwrap_or(usize::MAX));
    if !reading.is_whole() {
        return None;
    }
    let is_known = |text: &str| rejection::recognize(foreign.status, text, true, None).is_some();
    if reading.text().is_some_and(|text| is_known(&text)) {
        return None;
    }
    let problem = panic::caught(|| hook(foreign.status, &reading.bytes())).flatten()?;
    Some(noted(ApiError::unlocated(problem), foreign.status, reading))
}

fn from_text<B>(status: ErrorStatus, reading: &Reading<B>, watch: &Watch) -> ApiError
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let (start, route) = (reading.bytes(), watch.context.route());
    let text = String::from_utf8_lossy(&start);
    if let Some(error) = rejection::recognize(status, &text, reading.is_whole(), route) {
        return error;
    }
    let error = bare(status, watch);
    match reading.text().filter(|text| is_detail(status, text)) {
        Some(text) => error.with_detail(text.into_owned()),
        None => noted(error, status, reading),
    }
}

/// Returns the error of a status without further information. A route was matched if the layer
/// could see it, or if it noted itself.
fn bare(status: ErrorStatus, watch: &Watch) -> ApiError {
    ApiError::unlocated(Problem::new(match watch.context.route() {
        None if status == ErrorStatus::NOT_FOUND => &ROUTE_NOT_FOUND,
        _ => type_for_status(status),
    }))
}

/// Whether a client may read the text: one of a 4xx that is short and on one line, never that of a
/// 5xx.
fn is_detail(status: ErrorStatus, text: &str) -> bool {
    status.is_client_error()
        && (1..=MAX_DETAIL).contains(&text.len())
        && !text.chars().any(char::is_control)
        && !text.trim().is_empty()
}

/// Keeps the start of a 5xx body for operators. A 4xx echoes what the client sent, so nothing of it
/// is kept.
fn noted<B>(error: ApiError, status: ErrorStatus, reading: &Reading<B>) -> ApiError
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let bytes = reading.bytes();
    if bytes.is_empty() || status.is_client_error() {
        return error;
    }
    let excerpt = excerpt(&String::from_utf8_lossy(&bytes), reading.is_whole());
    error.with_note(format!("body: \"{excerpt}\""))
}

/// Adds the headers of an error to those of the response, which take precedence, and returns the
/// error with the wait of the response.
fn merge_headers(error: ApiError, headers: &mut HeaderMap) -> ApiError {
    let error = with_retry_after_of(error, headers);
    for (name, value) in error.headers() {
        if !headers.contains_key(name) {
            headers.insert(name, value.clone());
        }
    }
    if !headers.contains_key(header::WWW_AUTHENTICATE) {
        respond::own_challenges(&error, headers);
    }
    error
}

/// Returns the error with the wait of a `Retry-After` that is already present, and removes one that
/// is malformed.
fn with_retry_after_of(error: ApiError, headers: &mut HeaderMap) -> ApiError {
    // Most responses have few headers and not this one: comparing their names costs less than a look-up.
    let Some((_, value)) = headers.iter().find(|(name, _)| **name == header::RETRY_AFTER) else {
        return error;
    };
    match retry_after(value) {
        Some(seconds) if error.problem().retry_after_seconds() == Some(seconds) => error,
        Some(seconds) => error
            .map_problem(|problem| problem.with_retry_after(Duration::from_secs(seconds.into()))),
        None => {
            headers.remove(header::RETRY_AFTER);
            error
        }
    }
}
