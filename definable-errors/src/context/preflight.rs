//! Recognizes CORS preflights, for whoever answers them and whoever counts requests.

use http::{HeaderMap, Method, header};

/// Whether a browser asks if it may ask (Fetch, "CORS-preflight request"): it does so for a page, and
/// says with which method.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// An extension of a request that looks like a preflight and that no CORS has answered: no browser
/// waits for the answer, so it counts like any other request.
#[cfg(feature = "rate-limit")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnansweredPreflight;
