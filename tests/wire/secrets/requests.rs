//! Requests that reach every source of errors.

use axum::body::Body;
use http::{Method, Request};
use support::request;

/// The paths on which our own errors arise.
const OURS: [&str; 33] = [
    "/display",
    "/source",
    "/hidden",
    "/noted",
    "/located",
    "/place",
    "/declared",
    "/undeclared",
    "/recognized",
    "/recognized-as",
    "/detail",
    "/box",
    "/io",
    "/problem",
    "/json",
    "/sqlx",
    "/note",
    "/with-source",
    "/denied",
    "/boxed",
    "/response",
    "/header",
    "/service",
    "/upstream",
    "/upstream-status",
    "/upstream-path",
    "/not-ready",
    "/deadline?hunter2-canary",
    "/overloaded?hunter2-canary",
    "/sunset?hunter2-canary",
    "/limited",
    "/store-fails",
    "/store-fails-later",
];

/// The paths on which foreign failures arise.
const FOREIGN: [&str; 10] = [
    "/panic",
    "/panic-any",
    "/extension",
    "/text-500",
    "/text-503",
    "/coded",
    "/hunter2-canary",
    "/unknown/hunter2-canary?password=hunter2-canary",
    "/query?hunter2-canary=1",
    "/path/hunter2-canary",
];

const POSTED: [(&str, &str, &str); 10] = [
    ("/body", "application/json", "\"hunter2-canary\""),
    ("/body", "application/json", "hunter2-canary"),
    ("/body", "hunter2/canary", "hunter2-canary"),
    ("/form", "application/x-www-form-urlencoded", "hunter2-canary=1"),
    ("/multipart", "multipart/hunter2-canary", "hunter2-canary"),
    ("/multipart", "multipart/form-data; hunter2=canary", "hunter2-canary"),
    ("/multipart", "multipart/form-data; boundary=x", "hunter2-canary"),
    (
        "/multipart",
        "multipart/form-data; boundary=x",
        "--x\r\nhunter2-canary\r\n\r\n1\r\n--x--\r\n",
    ),
    (
        "/multipart",
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"hunter2-canary\"\r\n\r\nhunter2-canary",
    ),
    (
        "/multipart",
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"hunter2-canary\"\r\n\r\n\
         hunter2-canary hunter2-canary hunter2-canary hunter2-canary hunter2-canary \
         hunter2-canary hunter2-canary hunter2-canary hunter2-canary hunter2-canary\r\n--x--\r\n",
    ),
];

/// Returns requests for our own errors.
pub(super) fn ours(method: &Method) -> Vec<Request<Body>> {
    OURS.map(|path| request(method.clone(), path)).into()
}

/// Returns requests for foreign failures without a body.
pub(super) fn foreign(method: &Method) -> Vec<Request<Body>> {
    FOREIGN.map(|path| request(method.clone(), path)).into()
}

/// Returns requests whose bodies are rejected.
pub(super) fn posted() -> Vec<Request<Body>> {
    POSTED.map(|(path, content_type, body)| support::posting(path, content_type, body)).into()
}
