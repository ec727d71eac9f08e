//! Checks that the body has a type that an extractor can read (RFC 9110 §15.5.16).

use axum::extract::Request;
use http::Method;
use http::header::{self, HeaderMap, HeaderValue};

use super::AssumeJson;
use super::media_type::MediaType;
use super::refusals::{coded, unsupported, unsupported_query};
use crate::error::ApiError;

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Requires JSON in UTF-8. A layer may assume it if there is no type.
pub(super) fn require_json(request: &Request) -> Result<(), ApiError> {
    let headers = request.headers();
    let is_assumed =
        || !headers.contains_key(header::CONTENT_TYPE) && AssumeJson::is_set(request.extensions());
    require(request, is_readable(headers, JSON, is_json) || is_assumed(), JSON)
}

/// Requires a form in UTF-8.
pub(super) fn require_form(request: &Request) -> Result<(), ApiError> {
    let is_form = is_readable(request.headers(), FORM, |found| found.is(FORM));
    require(request, is_form, FORM)
}

fn is_json(found: &MediaType<'_>) -> bool {
    found.is(JSON) || (found.is("application/*") && found.is_built_upon("json"))
}

/// Whether the type is the right one. It is mostly spelled as expected: then nothing is parsed.
fn is_readable(headers: &HeaderMap, supported: &str, is_right: fn(&MediaType<'_>) -> bool) -> bool {
    only_type(headers).is_some_and(|sent| {
        let is_parsed = |found: MediaType<'_>| is_right(&found) && found.is_utf_8();
        sent == supported || parsed(sent).is_some_and(is_parsed)
    })
}

/// Rejects a body of another type. A query is also answered with the types that a query may have
/// (RFC 10008).
fn require(request: &Request, is_readable: bool, supported: &str) -> Result<(), ApiError> {
    if !is_readable && request.method() == Method::QUERY {
        return Err(unsupported_query(supported));
    }
    require_plain(request.headers(), is_readable, supported)
}

/// Whether the type is right, and the body has no content coding.
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

/// Returns `None` if the type is missing, malformed, or occurs twice.
#[cfg(feature = "multipart")]
pub(super) fn media_type(headers: &HeaderMap) -> Option<MediaType<'_>> {
    parsed(only_type(headers)?)
}

fn only_type(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut fields = headers.get_all(header::CONTENT_TYPE).iter();
    fields.next().filter(|_| fields.next().is_none())
}

fn parsed(field: &HeaderValue) -> Option<MediaType<'_>> {
    MediaType::parse(field.to_str().ok()?)
}

/// A layer that decompresses removes the header.
fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    let is_identity = |coding: &str| {
        let coding = coding.trim();
        coding.is_empty() || coding.eq_ignore_ascii_case("identity")
    };
    !codings.iter().all(|line| line.to_str().is_ok_and(|line| line.split(',').all(is_identity)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_type_and_suffix() {
        let is_json = |text| MediaType::parse(text).is_some_and(|found| is_json(&found));
        for text in [
            "application/json",
            "Application/JSON",
            " application/json ; charset=utf-8",
            "application/problem+json",
            "application/vnd.a.b+JSON;v=1",
            "application/json;",
            "application/json;a=\"b;\\\"c\" ; d=e",
        ] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "",
            "json",
            "text/json",
            "application/json5",
            "application/jsonp",
            "application/+xml",
            "application/json, text/plain",
            "application/json application/json",
            "application/json;charset",
            "application/json;charset=",
            "application/json;=utf-8",
            "application/json;charset=\"utf-8",
            "application/json;charset=\"utf-8\"x",
            "application/json;charset=utf-8 latin1",
            "application /json",
            "application/json/x",
            "text/plain+json",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }
}
