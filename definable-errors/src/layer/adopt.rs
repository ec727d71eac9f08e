//! Finds the error behind a failed response, or makes one.

use bytes::Bytes;
use http::StatusCode;
use http::header::{self, HeaderMap};
use http::response::Parts;
use http_body::Body;

use super::reading::{self, Reading};
use super::rejection;
use super::watch::{Finished, Watch};
use crate::error::{ApiError, retry_after};
use crate::problem::{ErrorStatus, Problem, ROUTE_NOT_FOUND};
use crate::respond::{self, Enclosed};

/// Put into a response's extensions, it says: this failure is another server's answer. It keeps its
/// body and its headers.
///
/// ```
/// use axum::Extension;
/// use axum::response::{IntoResponse, Response};
/// use definable_errors::Passthrough;
///
/// async fn proxy() -> impl IntoResponse {
///     let answer = Response::new("from far away".to_owned());
///     (Extension(Passthrough), answer)
/// }
/// # let _ = proxy;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passthrough;

/// What a response turned out to be.
pub(super) enum Found<B> {
    /// Nothing failed, or a layer further in has done it all.
    Finished(B),
    /// Somebody else's failure: to be reported, not to be changed.
    Foreign(ApiError, B),
    /// No failure, but some inside.
    Enclosing(Enclosed),
    /// An error whose body we write.
    Ours(ApiError),
}

/// A text of a foreign 4xx that is longer than this is dropped.
const MAX_DETAIL: usize = 200;

pub(super) fn adopt<B: Body<Data = Bytes>>(parts: &mut Parts, body: B, watch: &Watch) -> Found<B> {
    // The error's own status wins, also under an outer 2xx.
    if parts.extensions.get::<Finished>().is_some() {
        let error = parts.extensions.get::<ApiError>();
        parts.status = error.map_or(parts.status, |error| error.problem().status().into());
        return Found::Finished(body);
    }
    if let Some(error) = parts.extensions.get::<ApiError>().cloned() {
        return Found::Ours(waiting(error, &mut parts.headers));
    }
    let Ok(status) = ErrorStatus::try_from(parts.status) else {
        return match enclosed(parts) {
            Some(enclosed) => Found::Enclosing(enclosed),
            None => Found::Finished(body),
        };
    };
    if is_foreign(parts, &body, watch) {
        let error = ApiError::unlocated(Problem::new(status.problem_type()));
        return Found::Foreign(error.with_note("left as it came"), body);
    }
    let error = from_text(status, parts, body, watch);
    let error = waiting(error, &mut parts.headers);
    respond::own_headers(&error, &mut parts.headers);
    Found::Ours(error)
}

/// Only the answer to a batch has something inside; nobody else pays for the search.
fn enclosed(parts: &mut Parts) -> Option<Enclosed> {
    match parts.status {
        StatusCode::MULTI_STATUS => parts.extensions.remove(),
        _ => None,
    }
}

fn is_foreign(parts: &Parts, body: &impl Body, watch: &Watch) -> bool {
    if parts.extensions.get::<Passthrough>().is_some() {
        return true;
    }
    let kind = essence(&parts.headers);
    let starts_with =
        |start: &str| kind.get(..start.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(start));
    if starts_with("application/grpc") || kind.eq_ignore_ascii_case("application/problem+json") {
        return true;
    }
    // A body that HEAD has already lost cannot be told from an empty one.
    let is_empty = body.is_end_stream() || body.size_hint().exact() == Some(0);
    match kind {
        "" => !is_empty,
        text if text.eq_ignore_ascii_case("text/plain") => false,
        _ => !is_empty || watch.is_head(),
    }
}

/// The content type without its parameters.
fn essence(headers: &HeaderMap) -> &str {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return "" };
    value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

fn from_text<B: Body<Data = Bytes>>(
    status: ErrorStatus,
    parts: &Parts,
    body: B,
    watch: &Watch,
) -> ApiError {
    // A coded text is no text.
    let is_coded = parts.headers.contains_key(header::CONTENT_ENCODING);
    let reading = match is_coded || body.is_end_stream() {
        true => Reading { text: String::new(), is_whole: true },
        false => reading::read(body),
    };
    if !reading.text.is_empty() {
        if let Some(error) = rejection::recognize(status, &reading.text) {
            return noted(error, &reading);
        }
    }
    let error = ApiError::unlocated(Problem::new(match watch.occurrence.route() {
        None if status == ErrorStatus::NOT_FOUND => &ROUTE_NOT_FOUND,
        _ => status.problem_type(),
    }));
    match is_detail(status, &reading) {
        true => error.with_detail(reading.text),
        false => noted(error, &reading),
    }
}

/// Whether a client may read the text: a 4xx's, short, one line. A 5xx's never.
fn is_detail(status: ErrorStatus, reading: &Reading) -> bool {
    let text = &*reading.text;
    status.is_client_error()
        && reading.is_whole
        && (1..=MAX_DETAIL).contains(&text.len())
        && !text.chars().any(char::is_control)
        && !text.trim().is_empty()
}

/// What the client is not told, operators are.
fn noted(error: ApiError, reading: &Reading) -> ApiError {
    match reading.text.is_empty() {
        true => error,
        false => error.with_note(format!("body: {:?}", reading.text)),
    }
}

/// A `Retry-After` that is there already is what the body says too; one that says nothing goes.
fn waiting(error: ApiError, headers: &mut HeaderMap) -> ApiError {
    let Some(value) = headers.get(header::RETRY_AFTER) else {
        return error;
    };
    match retry_after(value) {
        Some(seconds) if error.problem().retry_after() == Some(seconds) => error,
        Some(seconds) => error.with_problem(|problem| problem.with_retry_after(seconds)),
        None => {
            headers.remove(header::RETRY_AFTER);
            error
        }
    }
}
