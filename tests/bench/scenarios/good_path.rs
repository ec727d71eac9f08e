//! Valid requests: our extractors beside axum's of the same name.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use definable_errors::extract::{Form, Json, Path, Query};
use serde::Deserialize;

use super::request;
use crate::row::{Answer, Scenario};

pub(crate) const JSON: &str = "good JSON body, no rules";
pub(crate) const FORM: &str = "good form";
pub(crate) const QUERY: &str = "good query";
pub(crate) const PATH: &str = "good path";

const PAIRS: &str = "fullName=Ada+Lovelace&about=writes%20programs&age=36";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
struct SignUp {
    full_name: String,
    about: String,
    age: u8,
}

pub(super) fn json() -> Scenario {
    Scenario::new(JSON, 200, || {
        request::sign_up(r#"{"fullName":"Ada Lovelace","about":"writes programs","age":36}"#)
    })
    .row("axum's `Json`", || posted(async |_: axum::Json<SignUp>| "ok"))
    .ours(|| posted(async |_: Json<SignUp>| "ok"), is_taken)
}

pub(super) fn form() -> Scenario {
    Scenario::new(FORM, 200, || request::form(PAIRS))
        .row("axum's `Form`", || posted(async |_: axum::Form<SignUp>| "ok"))
        .ours(|| posted(async |_: Form<SignUp>| "ok"), is_taken)
}

pub(super) fn query() -> Scenario {
    Scenario::new(QUERY, 200, || {
        request::get("/sign-ups?fullName=Ada+Lovelace&about=writes%20programs&age=36")
    })
    .row("axum's `Query`", || got("/sign-ups", async |_: axum::extract::Query<SignUp>| "ok"))
    .ours(|| got("/sign-ups", async |_: Query<SignUp>| "ok"), is_taken)
}

pub(super) fn path() -> Scenario {
    const ROUTE: &str = "/organizations/{organization}/members/{member}";
    Scenario::new(PATH, 200, || request::get("/organizations/42/members/ada"))
        .row("axum's `Path`", || got(ROUTE, async |_: axum::extract::Path<(u64, String)>| "ok"))
        .ours(|| got(ROUTE, async |_: Path<(u64, String)>| "ok"), is_taken)
}

fn is_taken(answer: &Answer) {
    assert_eq!(answer.body, "ok");
}

fn posted<H: Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/sign-ups", post(handler))
}

fn got<H: Handler<T, ()>, T: 'static>(route: &str, handler: H) -> Router {
    Router::new().route(route, get(handler))
}
