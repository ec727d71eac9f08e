//! Texts of axum's own rejections, recognized by how they begin: they echo input, so they are never
//! kept. What they reveal about a mistake without echoing is read by [`first_mistake`].

use http::{HeaderValue, header};

use super::first_mistake::first_mistake;
use crate::error::{ApiError, BodyError};
use crate::problem::{
    ErrorStatus, MALFORMED_BODY, PAYLOAD_TOO_LARGE, Problem, ProblemType, UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED, Violation, type_for_status,
};

/// The meaning of a rejection, independent of the rest of its text.
enum Meaning {
    /// The content breaks a rule; the text names the first one.
    Invalid,
    /// The body could not be read: malformed, cut off, or too large.
    Unreadable,
    /// The body could not be read to its end. The text continues with that of the body's error.
    Unbuffered,
    Unsupported(&'static str),
    /// The status is specific enough.
    Plain,
}

/// axum's `Bytes`, `String`, `Json` and `Form` answer with this text, followed by that of the
/// body's error.
const UNBUFFERED: &str = "Failed to buffer the request body";

/// The beginning of a text, another part that it contains, and its meaning.
const KNOWN: &[(&str, &str, Meaning)] = &[
    ("Failed to deserialize the JSON body into the target type", "", Meaning::Invalid),
    ("Failed to deserialize form", "", Meaning::Invalid),
    ("Failed to deserialize query string", "", Meaning::Invalid),
    ("Invalid URL: Invalid UTF-8 in `", "", Meaning::Plain),
    ("Invalid URL: ", "", Meaning::Invalid),
    ("Invalid UTF-8 in `", "", Meaning::Plain),
    ("Failed to parse the request body as JSON", "", Meaning::Unreadable),
    (UNBUFFERED, "", Meaning::Unbuffered),
    ("Request body didn't contain valid UTF-8", "", Meaning::Unreadable),
    ("Request payload is too large", "", Meaning::Unreadable),
    ("length limit exceeded", "", Meaning::Unreadable),
    (
        "Expected request with `Content-Type: application/json`",
        "",
        Meaning::Unsupported("application/json"),
    ),
    (
        "Form requests must have `Content-Type: ",
        "",
        Meaning::Unsupported("application/x-www-form-urlencoded"),
    ),
    (
        "Invalid `boundary` for `multipart/form-data` request",
        "",
        Meaning::Unsupported("multipart/form-data"),
    ),
    // These are multer's messages, which axum passes on.
    ("unknown field received: ", "", Meaning::Unreadable),
    ("field \"", "received with incomplete data", Meaning::Unreadable),
    ("field \"", "exceeded the size limit", Meaning::Unreadable),
    ("stream size exceeded limit", "", Meaning::Unreadable),
    ("failed to decode field's raw header", "", Meaning::Unreadable),
    ("failed to decode Content-Type", "", Meaning::Unreadable),
    ("failed to read headers", "", Meaning::Unreadable),
    ("failed to read stream", "", Meaning::Unreadable),
    ("failed to read field complete headers", "", Meaning::Unreadable),
    ("incomplete multipart stream", "", Meaning::Unreadable),
];

/// Whole texts of axum's `WebSocketUpgrade`, with the statuses that each has and the header that it
/// requires: the one method (RFC 9110 §15.5.6), or the one version (RFC 6455 §4.2.2).
const UPGRADES: &[(&[u16], &str, &str, &str)] = &[
    (&[405], "Request method must be `GET`", "allow", "GET"),
    (&[405], "Request method must be `CONNECT`", "allow", "CONNECT"),
    (
        &[400, 426],
        "`Sec-WebSocket-Version` header did not include '13'",
        "sec-websocket-version",
        "13",
    ),
];

/// Returns the error that a known text of a 4xx means, or `None` if the text is not known.
///
/// Only a whole text shows which mistake it is about. The route contains the names of the path
/// parameters.
pub(super) fn recognize(
    status: ErrorStatus,
    text: &str,
    is_whole: bool,
    route: Option<&str>,
) -> Option<ApiError> {
    if status.is_server_error() {
        return None;
    }
    if let Some(error) = refused_upgrade(status, text) {
        return Some(error);
    }
    let is_known =
        |(start, part, _): &&(&str, &str, Meaning)| text.starts_with(start) && text.contains(part);
    let (.., meaning) = KNOWN.iter().find(is_known)?;
    Some(match meaning {
        Meaning::Invalid => {
            invalid(status, if is_whole { first_mistake(text, route) } else { None })
        }
        Meaning::Unreadable if status == ErrorStatus::PAYLOAD_TOO_LARGE => {
            error(&PAYLOAD_TOO_LARGE, status)
        }
        Meaning::Unreadable => error(&MALFORMED_BODY, status),
        Meaning::Unbuffered if is_of_axum(status) => unbuffered(status, text),
        Meaning::Unsupported(supported) if is_of_axum(status) => unsupported(supported),
        _ => error(type_for_status(status), status),
    })
}

/// Whether axum's extractors answer with this status. Any other one is that of the service, so it stays.
const fn is_of_axum(status: ErrorStatus) -> bool {
    matches!(status.as_u16(), 400 | 413 | 415 | 422)
}

/// Classifies the body's error by its text. hyper has one text for a client that disconnected and
/// for malformed chunks, so both are `malformed_body`.
fn unbuffered(status: ErrorStatus, text: &str) -> ApiError {
    if status == ErrorStatus::PAYLOAD_TOO_LARGE {
        return error(&PAYLOAD_TOO_LARGE, status);
    }
    let cause = text.strip_prefix(UNBUFFERED).and_then(|rest| rest.strip_prefix(": "));
    cause.and_then(BodyError::from_body_text).unwrap_or(BodyError::Other).into_api_error()
}

fn invalid(status: ErrorStatus, violation: Option<Violation>) -> ApiError {
    let problem = Problem::new(&VALIDATION_FAILED).with_status(status);
    ApiError::unlocated(match violation {
        Some(violation) => {
            problem.with_violations([violation]).with_detail("1 field is not valid.")
        }
        None => problem,
    })
}

fn refused_upgrade(status: ErrorStatus, text: &str) -> Option<ApiError> {
    let is_known = |(statuses, known, ..): &&(&[u16], &str, &str, &str)| {
        *known == text && statuses.contains(&status.as_u16())
    };
    let (_, detail, name, value) = UPGRADES.iter().find(is_known)?;
    Some(error(type_for_status(status), status).with_detail(*detail).with_header(*name, *value))
}

fn error(problem_type: &'static ProblemType, status: ErrorStatus) -> ApiError {
    ApiError::unlocated(Problem::new(problem_type).with_status(status))
}

/// axum answers some of these with a 400, but what the client must change is the content type.
fn unsupported(supported: &'static str) -> ApiError {
    error(&UNSUPPORTED_MEDIA_TYPE, ErrorStatus::UNSUPPORTED_MEDIA_TYPE)
        .with_detail(format!("Supported: {supported}"))
        .with_header(header::ACCEPT, HeaderValue::from_static(supported))
}
