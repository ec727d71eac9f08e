//! The headers that a status requires, independent of the body.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::response::Parts;

use super::digits::number;
use crate::error::Challenge;
use crate::problem::{ErrorStatus, Problem};

const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// The wait of a 429 that names none (RFC 6585 §4).
const USUAL_WAIT: u64 = 1;

/// The methods of the requested path, for a 405 without `Allow` (RFC 9110 §15.5.6). A router that
/// knows them puts this into the extensions of the response.
#[derive(Debug, Clone)]
pub(crate) struct AllowedMethods(pub(crate) HeaderValue);

/// Adds the headers that are required for a response whose body is left unchanged.
pub(crate) fn add_required_headers(status: ErrorStatus, challenge: &Challenge, parts: &mut Parts) {
    let allowed = parts.extensions.remove::<AllowedMethods>();
    add_missing(status, challenge, allowed, &mut parts.headers);
    if status == ErrorStatus::TOO_MANY_REQUESTS {
        or_insert(&mut parts.headers, header::RETRY_AFTER, || number(USUAL_WAIT));
    }
}

/// Adds the headers that a problem requires. Its wait replaces any other: the header and the member
/// contain the same number.
pub(super) fn add_headers_required_by(
    problem: &Problem,
    challenge: &Challenge,
    allowed: Option<AllowedMethods>,
    headers: &mut HeaderMap,
) {
    add_missing(problem.status(), challenge, allowed, headers);
    if let Some(seconds) = problem.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, number(seconds.into()));
    }
}

/// Adds the headers that follow from the status alone, unless they are present.
fn add_missing(
    status: ErrorStatus,
    challenge: &Challenge,
    allowed: Option<AllowedMethods>,
    headers: &mut HeaderMap,
) {
    match status {
        // RFC 9110 §15.5.2 and §15.5.8: a challenge for the resource, or for the proxy.
        ErrorStatus::UNAUTHORIZED => {
            or_insert(headers, header::WWW_AUTHENTICATE, || challenge.value().clone());
        }
        ErrorStatus::PROXY_AUTHENTICATION_REQUIRED => {
            or_insert(headers, header::PROXY_AUTHENTICATE, || challenge.value().clone());
        }
        // RFC 9110 §15.5.6. axum's own 405 gets its list from axum, after every layer.
        ErrorStatus::METHOD_NOT_ALLOWED => {
            if let Some(AllowedMethods(allowed)) = allowed {
                or_insert(headers, header::ALLOW, || allowed);
            }
        }
        // RFC 9110 §15.5.22.
        ErrorStatus::UPGRADE_REQUIRED => {
            or_insert(headers, header::UPGRADE, || WEBSOCKET);
            append_once(headers, header::CONNECTION, UPGRADE);
        }
        _ => {}
    }
}

fn or_insert(headers: &mut HeaderMap, name: HeaderName, value: impl FnOnce() -> HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value());
    }
}

/// Appends a field unless it is present. `Connection` may list `close` and `upgrade`, in two
/// fields.
fn append_once(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.get_all(&name).iter().any(|known| *known == value) {
        headers.append(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(status: u16, headers: &[(HeaderName, &'static str)]) -> HeaderMap {
        let (mut parts, ()) = http::Response::new(()).into_parts();
        for (name, value) in headers {
            parts.headers.append(name, HeaderValue::from_static(value));
        }
        parts.extensions.insert(AllowedMethods(HeaderValue::from_static("GET,HEAD")));
        add_required_headers(ErrorStatus::from_static(status), &Challenge::DEFAULT, &mut parts);
        parts.headers
    }

    #[test]
    fn each_status_gets_the_header_that_it_requires_and_no_other() {
        let cases = [
            (401, "www-authenticate", "Bearer realm=\"api\""),
            (405, "allow", "GET,HEAD"),
            (407, "proxy-authenticate", "Bearer realm=\"api\""),
            (429, "retry-after", "1"),
        ];
        for (status, name, value) in cases {
            let headers = required(status, &[]);
            assert_eq!((headers.len(), &headers[name]), (1, &HeaderValue::from_static(value)));
        }
        let upgrade = required(426, &[]);
        assert_eq!((&upgrade["upgrade"], &upgrade["connection"]), (&WEBSOCKET, &UPGRADE));
        for status in [400, 403, 404, 408, 413, 416, 500, 503] {
            assert!(required(status, &[]).is_empty(), "{status}");
        }
    }

    #[test]
    fn headers_that_are_there_stay_the_only_ones() {
        let cases = [
            (401, header::WWW_AUTHENTICATE, "Basic realm=\"shop\""),
            (405, header::ALLOW, "PUT"),
            (429, header::RETRY_AFTER, "soon"),
        ];
        for (status, name, value) in cases {
            let headers = required(status, &[(name.clone(), value)]);
            assert_eq!((headers.len(), &headers[name]), (1, &HeaderValue::from_static(value)));
        }
        let upgrade = required(426, &[(header::UPGRADE, "h2c"), (header::CONNECTION, "upgrade")]);
        assert_eq!((upgrade.len(), &upgrade["upgrade"]), (2, &HeaderValue::from_static("h2c")));
    }
}
