//! The errors of extractors. No line of the service is at fault, and a line of this library is
//! never kept as a location, so none of these errors has one.

use std::any::type_name;
use std::borrow::Cow;

use http::header::{self, HeaderName};

use crate::error::{ApiError, BoxError};
use crate::problem::{
    BAD_REQUEST, INTERNAL_ERROR, MALFORMED_BODY, PAYLOAD_TOO_LARGE, Problem, ProblemType,
    REQUEST_TIMEOUT, Types, UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED, Violation,
};

/// The problems that a body can be rejected with.
pub(super) const BODY_TYPES: Types = Types {
    own: &[
        &UNSUPPORTED_MEDIA_TYPE,
        &PAYLOAD_TOO_LARGE,
        &REQUEST_TIMEOUT,
        &MALFORMED_BODY,
        &VALIDATION_FAILED,
    ],
    others: &[],
};

pub(super) fn malformed(detail: impl Into<Cow<'static, str>>) -> ApiError {
    refused(&MALFORMED_BODY).with_detail(detail)
}

pub(super) fn empty() -> ApiError {
    malformed("The body is empty.")
}

/// Makes the error of a body that is larger than `limit` bytes; `None` means that only another
/// library's layer knows the limit.
pub(super) fn too_large(limit: Option<u64>) -> ApiError {
    match limit {
        Some(limit) => ApiError::payload_too_large(limit),
        None => refused(&PAYLOAD_TOO_LARGE),
    }
}

pub(super) fn unsupported(supported: &str) -> ApiError {
    ApiError::unsupported_media_type(supported)
}

/// Makes the error of a QUERY request whose content type is not supported, and names the supported
/// one in `Accept-Query` as well, a list of structured fields (RFC 10008).
pub(super) fn unsupported_query(supported: &str) -> ApiError {
    let query = format!("\"{supported}\"");
    unsupported(supported).with_header(HeaderName::from_static("accept-query"), query)
}

/// Makes the error of a body with a content coding: the coding must change, not the type.
pub(super) fn coded() -> ApiError {
    refused(&UNSUPPORTED_MEDIA_TYPE)
        .with_detail("Supported: no content coding")
        .with_header(header::ACCEPT_ENCODING, "identity")
}

pub(super) fn undecodable(detail: &'static str) -> ApiError {
    refused(&BAD_REQUEST).with_detail(detail)
}

pub(super) fn invalid(violations: impl IntoIterator<Item = Violation>) -> ApiError {
    ApiError::validation_failed(violations)
}

/// Does the same as [`invalid`] if there may be more violations than these.
pub(super) fn invalid_in_part(violations: impl IntoIterator<Item = Violation>) -> ApiError {
    ApiError::validation_failed_in_part(violations)
}

/// Makes the error of a mistake of the service: a note contains the remedy for operators.
pub(super) fn misconfigured<T>(extractor: &str, remedy: &str) -> ApiError {
    refused(&INTERNAL_ERROR).with_note(format!("{extractor}<{}>: {remedy}", type_name::<T>()))
}

/// Makes the error of a response whose value cannot be serialized.
pub(super) fn unserializable<E: Into<BoxError>>(type_name: &str, source: E) -> ApiError {
    refused(&INTERNAL_ERROR)
        .with_source(source)
        .with_note(format!("{type_name} could not be serialized"))
}

fn refused(problem_type: &'static ProblemType) -> ApiError {
    ApiError::unlocated(Problem::new(problem_type))
}
