use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::digits::number;
use crate::error::{ApiError, Challenge};
use crate::problem::ErrorStatus;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// Whether a header describes the body it came with; a new body makes it wrong.
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

/// Takes away what described a body that will not be sent; everything else stays, and the new body
/// brings its own `Content-Type`.
pub(super) fn forget_representation(headers: &mut HeaderMap, status: ErrorStatus) {
    // On a 416 it tells the length that the resource has (S-24).
    let keeps_range = status == ErrorStatus::RANGE_NOT_SATISFIABLE;
    let is_stale = |name: &&HeaderName| {
        is_of_the_body(name) || (**name == header::CONTENT_RANGE && !keeps_range)
    };
    // Most responses have few headers and none of these: looking through costs less than removing.
    while let Some(name) = headers.keys().find(is_stale).cloned() {
        headers.remove(name);
    }
}

/// Adds what an error owes its client. What is there already stays, so the error's own headers and
/// those of the middleware on the way win, but for the few that a cache must see.
pub(super) fn promise(
    error: &ApiError,
    challenge: &Challenge,
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
    // S-42: some are never stored, whatever the application says.
    if !known.cache_control || matches!(status.as_u16(), 401 | 428 | 429 | 431 | 511) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
    match status {
        ErrorStatus::UNAUTHORIZED => challenge_with(challenge, header::WWW_AUTHENTICATE, headers),
        ErrorStatus::PROXY_AUTHENTICATION_REQUIRED => {
            challenge_with(challenge, header::PROXY_AUTHENTICATE, headers);
        }
        ErrorStatus::UPGRADE_REQUIRED => {
            or_insert(headers, header::UPGRADE, || WEBSOCKET);
            append_once(headers, header::CONNECTION, UPGRADE);
        }
        _ => {}
    }
    // Header and member say the same wait.
    if let Some(seconds) = error.problem().retry_after() {
        headers.insert(header::RETRY_AFTER, number(seconds.into()));
    }
}

/// The headers and challenges that the error itself has, and its type's challenge.
pub(crate) fn own_headers(error: &ApiError, headers: &mut HeaderMap) {
    for (name, value) in error.headers() {
        headers.append(name, value.clone());
    }
    for challenge in error.challenges() {
        headers.append(header::WWW_AUTHENTICATE, challenge.value().clone());
    }
    if let (true, Some(challenge)) =
        (error.challenges().is_empty(), error.problem().problem_type().challenge())
    {
        headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
}

/// Which of the headers that every error has are there: one pass costs less than three look-ups.
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

/// S-18: a 401 does not leave without a challenge.
fn challenge_with(challenge: &Challenge, name: HeaderName, headers: &mut HeaderMap) {
    or_insert(headers, name, || challenge.value().clone());
}

fn or_insert(headers: &mut HeaderMap, name: HeaderName, value: impl FnOnce() -> HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value());
    }
}

/// `Connection: close` and `Connection: upgrade` can both be said.
fn append_once(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.get_all(&name).iter().any(|known| *known == value) {
        headers.append(name, value);
    }
}
