//! The headers of every failed response.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::required::{AllowedMethods, add_headers_required_by};
use crate::error::{ApiError, Challenge};
use crate::problem::ErrorStatus;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Whether a header describes the body it came with, so that a new body makes it wrong.
fn is_of_the_body(name: &HeaderName) -> bool {
    let is_standard = matches!(
        *name,
        header::CONTENT_DISPOSITION
            | header::CONTENT_ENCODING
            | header::CONTENT_LANGUAGE
            | header::CONTENT_LENGTH
            | header::ETAG
            | header::LAST_MODIFIED
            | header::TRAILER
            | header::TRANSFER_ENCODING
    );
    is_standard || matches!(name.as_str(), "content-digest" | "digest" | "repr-digest")
}

/// Removes the headers that describe a body that will not be sent; all others stay, and the new
/// body has its own `Content-Type`.
pub(super) fn remove_representation_headers(headers: &mut HeaderMap, status: ErrorStatus) {
    // On a 416 it contains the length of the resource.
    let keeps_range = status == ErrorStatus::RANGE_NOT_SATISFIABLE;
    let is_stale = |name: &&HeaderName| {
        is_of_the_body(name) || (**name == header::CONTENT_RANGE && !keeps_range)
    };
    // Most responses have few headers and none of these: searching costs less than removing.
    while let Some(name) = headers.keys().find(is_stale).cloned() {
        headers.remove(name);
    }
}

/// Adds the headers of an error and of its new body. Headers that are already present stay, so the
/// error's own headers and those of inner middleware take precedence, except for the few that a
/// cache must see.
pub(super) fn add_error_headers(
    error: &ApiError,
    challenge: &Challenge,
    allowed: Option<AllowedMethods>,
    content_type: HeaderValue,
    headers: &mut HeaderMap,
) {
    let known = Known::of(headers, &content_type);
    if !known.content_type {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    if !known.nosniff {
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    }
    let status = error.problem().status();
    // RFC 6585: responses with some statuses are never stored, whatever the application sets.
    if !known.cache_control || matches!(status.as_u16(), 401 | 428 | 429 | 431 | 511) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
    add_headers_required_by(error.problem(), challenge, allowed, headers);
}

/// Adds the headers and challenges of the error itself, or its type's challenge.
pub(crate) fn own_headers(error: &ApiError, headers: &mut HeaderMap) {
    for (name, value) in error.headers() {
        headers.append(name, value.clone());
    }
    own_challenges(error, headers);
}

/// Adds the challenges of the error itself, or its type's challenge.
pub(crate) fn own_challenges(error: &ApiError, headers: &mut HeaderMap) {
    for challenge in error.challenges() {
        headers.append(header::WWW_AUTHENTICATE, challenge.value().clone());
    }
    if let (true, Some(challenge)) =
        (error.challenges().is_empty(), error.problem().problem_type().challenge())
    {
        headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
}

/// Which of the headers that every error has are present: one pass costs less than three look-ups.
#[derive(Default)]
struct Known {
    content_type: bool,
    nosniff: bool,
    cache_control: bool,
}

impl Known {
    fn of(headers: &HeaderMap, content_type: &HeaderValue) -> Self {
        let mut known = Self::default();
        for (name, value) in headers {
            match *name {
                header::CONTENT_TYPE => known.content_type = value == content_type,
                header::X_CONTENT_TYPE_OPTIONS => known.nosniff = value == NOSNIFF,
                header::CACHE_CONTROL => known.cache_control = true,
                _ => {}
            }
        }
        known
    }
}
