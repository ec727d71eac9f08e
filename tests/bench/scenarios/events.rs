use std::convert::Infallible;

use axum::Router;
use axum::response::IntoResponse;
use axum::response::sse::{self, Event, KeepAlive};
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::stream::Sse;
use futures_util::{Stream, stream};

use super::request;
use super::under_load::with_timers;
use crate::row::{Answer, Scenario};

pub(crate) const EVENTS: &str = "a thousand events, kept alive";
pub(crate) const EVENTS_ALONE: &str = "a thousand events, no keep-alive";

/// The number of events: the rest of the request hardly counts beside them.
const COUNT: usize = 1000;

pub(super) fn with_keep_alive() -> Scenario {
    let theirs = || behind(|| sse::Sse::new(events()).keep_alive(KeepAlive::new()));
    let ours = || behind(|| Sse::new(events()));
    Scenario::new(EVENTS, 200, request::plain).row("axum's `Sse`", theirs).ours(ours, all)
}

pub(super) fn alone() -> Scenario {
    let theirs = || behind(|| sse::Sse::new(events()));
    let ours = || behind(|| Sse::new(events()).without_keep_alive());
    Scenario::new(EVENTS_ALONE, 200, request::plain).row("axum's `Sse`", theirs).ours(ours, all)
}

/// Both are behind the layer, so that only the two responses differ.
fn behind<R: IntoResponse + 'static>(response: fn() -> R) -> Router {
    with_timers();
    Router::new().route("/orders", get(async move || response())).layer(ApiErrorLayer::new())
}

fn events() -> impl Stream<Item = Result<Event, Infallible>> {
    stream::iter((0..COUNT).map(|_| Ok(Event::default().data("row"))))
}

fn all(answer: &Answer) {
    assert_eq!(answer.body, "data: row\n\n".repeat(COUNT));
}
