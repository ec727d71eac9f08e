//! Pages, files, documents, and what is not an endpoint.

use http::Method;

use super::{Case, Expected, bad, case, good};
use crate::system::CANARY;
use crate::system::ask::Ask;

pub(super) fn cases() -> Vec<Case> {
    let json = |path: &str| Ask::get(path).field("accept", "application/json");
    vec![
        good("GET /", 200, |_| Ask::get("/")),
        good("GET /docs", 200, |_| Ask::get("/docs")),
        good("GET /health", 200, |_| Ask::get("/health")),
        good("GET /openapi.json", 200, |_| Ask::get("/openapi.json")),
        good("GET /page/page.css", 200, |_| Ask::get("/page/page.css")),
        good("GET /page/page.js", 200, |_| Ask::get("/page/page.js")),
        good("GET /page/event-reader.js", 200, |_| Ask::get("/page/event-reader.js")),
        good("GET /page/problem-events.js", 200, |_| Ask::get("/page/problem-events.js")),
        good("GET /problems", 200, |_| Ask::get("/problems").field("accept", "text/html")),
        good("GET /problems", 200, move |_| json("/problems")),
        good("GET /problems/{code}", 200, |_| Ask::get("/problems/kb_not_found")),
        good("GET /problems/{code}", 200, move |_| json("/problems/rate_limited")),
        bad("GET /problems/{code}", "for an unknown code", &[(404, "not_found")], |_| {
            Ask::get(format!("/problems/{CANARY}"))
        }),
        bad("GET /problems/{code}", "that is not UTF-8", &[(400, "bad_request")], |_| {
            Ask::get("/problems/%FF")
        }),
        case("GET /api/v0/kbs", "", Expected::Only(410, "gone"), |_| Ask::get("/api/v0/kbs")),
        bad("", "unknown route", &[(404, "route_not_found")], |_| {
            Ask::get(format!("/{CANARY}/nowhere"))
        }),
        bad("", "route of development mode", &[(404, "route_not_found")], |_| {
            Ask::get("/debug/panic")
        }),
        bad("", "absolute form with a password", &[(404, "route_not_found")], |_| {
            Ask::get(format!("http://user:{CANARY}-password@localhost/nowhere"))
        }),
        bad("", "unusual method", &[(404, "route_not_found")], |_| {
            Ask::new(Method::from_bytes(b"PROPFIND").unwrap(), "/nowhere")
        }),
    ]
}
