use http::header::{self, Entry, HeaderMap, HeaderName, HeaderValue};

use crate::error::{ApiError, Challenge, retry_after};
use crate::problem::ErrorStatus;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// Headers that describe the body they came with; a new body makes them wrong.
const REPRESENTATION: [HeaderName; 9] = [
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::TRAILER,
    header::TRANSFER_ENCODING,
];

/// Takes away what described a body that will not be sent; everything else stays.
pub(super) fn forget_representation(headers: &mut HeaderMap, status: ErrorStatus) {
    for name in REPRESENTATION {
        headers.remove(name);
    }
    // On a 416 it tells the length that the resource has (S-24).
    if status != ErrorStatus::RANGE_NOT_SATISFIABLE {
        headers.remove(header::CONTENT_RANGE);
    }
}

/// Adds what an error owes its client. What is there already stays, so the error's own headers and
/// those of the middleware on the way win, but for the few that a cache must see.
pub(super) fn promise(error: &ApiError, challenge: &Challenge, headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    let status = error.problem().status();
    match status.as_u16() {
        // S-42: never stored, whatever the application says.
        401 | 428 | 429 | 431 | 511 => drop(headers.insert(header::CACHE_CONTROL, NO_STORE)),
        _ => or_insert(headers, header::CACHE_CONTROL, || NO_STORE),
    }
    match status {
        ErrorStatus::UNAUTHORIZED => challenge_with(challenge, header::WWW_AUTHENTICATE, headers),
        ErrorStatus::PROXY_AUTHENTICATION_REQUIRED => {
            challenge_with(challenge, header::PROXY_AUTHENTICATE, headers);
        }
        ErrorStatus::UPGRADE_REQUIRED => {
            or_insert(headers, header::UPGRADE, || WEBSOCKET);
            headers.insert(header::CONNECTION, UPGRADE);
        }
        _ => {}
    }
    if let Some(seconds) = error.problem().retry_after() {
        // Header and member say the same wait; a date may say it too, a number too large cannot.
        let said = headers.get(header::RETRY_AFTER).and_then(retry_after);
        if said != Some(seconds) || seconds == u32::MAX {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
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

/// S-18: a 401 does not leave without a challenge.
fn challenge_with(challenge: &Challenge, name: HeaderName, headers: &mut HeaderMap) {
    or_insert(headers, name, || challenge.value().clone());
}

fn or_insert(headers: &mut HeaderMap, name: HeaderName, value: impl FnOnce() -> HeaderValue) {
    if let Entry::Vacant(vacant) = headers.entry(name) {
        vacant.insert(value());
    }
}
