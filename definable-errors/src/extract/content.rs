//! Whether the body is in a form that an extractor can read (RFC 9110 §15.5.16).

use http::header::{self, HeaderMap};

use super::media_type::MediaType;
use super::refusals::{coded, unsupported};
use crate::error::ApiError;

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// JSON in UTF-8.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_readable = media_type(headers).is_some_and(|found| found.is_json() && found.is_utf_8());
    require_plain(headers, is_readable, JSON)
}

/// A form in UTF-8.
pub(super) fn require_form(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_readable = media_type(headers).is_some_and(|found| found.is(FORM) && found.is_utf_8());
    require_plain(headers, is_readable, FORM)
}

/// Whether the type is right, and no coding hides what it says.
pub(super) fn require_plain(
    headers: &HeaderMap,
    is_readable: bool,
    supported: &str,
) -> Result<(), ApiError> {
    match (is_readable, is_coded(headers)) {
        (false, _) => Err(unsupported(supported)),
        (true, true) => Err(coded()),
        (true, false) => Ok(()),
    }
}

/// None when it is missing, malformed, or there twice.
pub(super) fn media_type(headers: &HeaderMap) -> Option<MediaType<'_>> {
    let mut fields = headers.get_all(header::CONTENT_TYPE).iter();
    let only = fields.next().filter(|_| fields.next().is_none())?;
    MediaType::parse(only.to_str().ok()?)
}

/// A layer that decompresses takes the header away.
fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    let is_identity = |coding: &str| {
        let coding = coding.trim();
        coding.is_empty() || coding.eq_ignore_ascii_case("identity")
    };
    !codings.iter().all(|line| line.to_str().is_ok_and(|line| line.split(',').all(is_identity)))
}
