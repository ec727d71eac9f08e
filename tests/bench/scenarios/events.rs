//! Streams of server-sent events.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::middleware::map_response;
use axum::response::sse::{self, Event, KeepAlive};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::stream::Sse;
use futures_util::{Stream, stream};
use http_body_util::BodyExt;

use super::request;
use super::under_load::with_timers;
use crate::row::Scenario;

pub(crate) const EVENTS: &str = "a thousand server-sent events";

/// The number of events: the rest of the request hardly counts beside them.
const COUNT: usize = 1000;

pub(super) fn thousand() -> Scenario {
    let alone = || behind(|| sse::Sse::new(events()));
    let kept_alive = || behind(|| sse::Sse::new(events()).keep_alive(KeepAlive::new()));
    let ours = || behind(|| Sse::new(events()));
    Scenario::new(EVENTS, 200, request::plain)
        .row("axum's `Sse`", alone)
        .row("axum's `Sse`, with its keep-alive", kept_alive)
        .ours(ours, |answer| assert_eq!(answer.body, (COUNT * "data: row\n\n".len()).to_string()))
}

/// All are behind the layer, so that only the responses differ.
fn behind<R: IntoResponse + 'static>(response: fn() -> R) -> Router {
    with_timers();
    Router::new()
        .route("/orders", get(async move || response()))
        .layer(ApiErrorLayer::new())
        .layer(map_response(read))
}

/// Drops one event after the other, as a server does once it is written, and answers their length.
async fn read(response: Response) -> Response {
    let (parts, mut body) = response.into_parts();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.expect("no event fails").data_ref().map_or(0, bytes::Bytes::len);
    }
    Response::from_parts(parts, Body::from(length.to_string()))
}

fn events() -> impl Stream<Item = Result<Event, Infallible>> {
    stream::iter((0..COUNT).map(|_| Ok(Event::default().data("row"))))
}
