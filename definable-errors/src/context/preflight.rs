//! Recognizes CORS preflights, for the code that answers them and the code that counts requests.

use http::{HeaderMap, Method, header};

/// Whether the request is a preflight (Fetch, "CORS-preflight request"): a browser sends it for a
/// page, with the origin and the method of the request to come.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Marks a request that looks like a preflight and that no CORS layer has answered: no browser
/// waits for the response, so it counts like any other request.
#[cfg(feature = "rate-limit")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnansweredPreflight;
