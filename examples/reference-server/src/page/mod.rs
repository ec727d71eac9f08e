//! The page under `/`: log in, start a job, and see its events live.

use axum::response::Html;
use definable_errors::Mode;
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stream::PROBLEM_EVENTS_JS;
use http::HeaderName;
use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

use crate::AppState;
use crate::seed::{ACME, HANDBOOK};

/// The page may load its own files and call its own server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The demo user that development mode fills in.
const DEMO_USER: &str = "member@acme.test";
const DEMO_PASSWORD: &str = "correct horse battery staple";

pub(crate) fn routes(mode: Mode) -> GuardedRouter<AppState> {
    let routes = GuardedRouter::new()
        .get("/page/page.js", async |_: Public| script(include_str!("page.js")))
        .get("/page/event-reader.js", async |_: Public| script(include_str!("event-reader.js")))
        .get("/page/problem-events.js", async |_: Public| script(PROBLEM_EVENTS_JS))
        .get("/page/page.css", async |_: Public| style(include_str!("page.css")));
    match mode {
        Mode::Production => routes.get("/", async |_: Public| page("", "")),
        Mode::Development => routes.get("/", async |_: Public| page(DEMO_USER, DEMO_PASSWORD)),
    }
}

type Page = ([(HeaderName, &'static str); 3], Html<String>);
type File = ([(HeaderName, &'static str); 2], &'static str);

/// Returns the page with a form that is filled in for a user. Both texts need no escaping in HTML.
fn page(user: &str, password: &str) -> Page {
    let html = include_str!("page.html")
        .replace("{user}", user)
        .replace("{password}", password)
        .replace("{org}", &ACME.to_string())
        .replace("{kb}", &HANDBOOK.to_string());
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(html))
}

const fn script(text: &'static str) -> File {
    file("text/javascript; charset=utf-8", text)
}

const fn style(text: &'static str) -> File {
    file("text/css; charset=utf-8", text)
}

const fn file(content_type: &'static str, text: &'static str) -> File {
    ([(CONTENT_TYPE, content_type), (X_CONTENT_TYPE_OPTIONS, "nosniff")], text)
}
