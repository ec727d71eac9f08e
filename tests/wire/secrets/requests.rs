//! What makes every birth happen.

use axum::body::Body;
use http::{Method, Request};

use crate::support::request;

/// Where an error of ours is born.
const OURS: [&str; 30] = [
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
    "/not-ready",
    "/deadline?hunter2-canary",
    "/overloaded?hunter2-canary",
    "/sunset?hunter2-canary",
    "/limited",
    "/store-fails",
    "/store-fails-later",
];

/// Where another's failure is.
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

/// Requests for errors of ours.
pub(super) fn ours(method: &Method) -> Vec<Request<Body>> {
    OURS.map(|path| request(method.clone(), path)).into()
}

/// Requests for failures of others that have no body.
pub(super) fn foreign(method: &Method) -> Vec<Request<Body>> {
    FOREIGN.map(|path| request(method.clone(), path)).into()
}

/// Requests whose bodies are refused.
pub(super) fn posted() -> Vec<Request<Body>> {
    POSTED
        .map(|(path, content_type, body)| {
            let mut posted = request(Method::POST, path);
            posted.headers_mut().insert("content-type", content_type.parse().unwrap());
            *posted.body_mut() = body.into();
            posted
        })
        .into()
}
