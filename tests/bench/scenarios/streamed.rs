//! Bodies of unknown length, which the layer watches.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use definable_errors::ApiErrorLayer;
use futures_util::stream;

use super::request;
use crate::row::Scenario;

pub(crate) const STREAMED: &str = "streamed body of one frame";
pub(crate) const STREAMED_LONG: &str = "streamed body of a hundred frames";

pub(super) fn one_frame() -> Scenario {
    rows(STREAMED, || router(1)).ours(|| ours(1), |answer| assert_eq!(answer.body, "row\n"))
}

pub(super) fn hundred_frames() -> Scenario {
    rows(STREAMED_LONG, || router(100))
        .ours(|| ours(100), |answer| assert_eq!(answer.body, "row\n".repeat(100)))
}

fn rows(name: &'static str, router: fn() -> Router) -> Scenario {
    Scenario::new(name, 200, request::plain).row("bare router", router)
}

fn ours(frames: usize) -> Router {
    router(frames).layer(ApiErrorLayer::new())
}

/// Returns a router whose body has no known length, and might fail.
fn router(frames: usize) -> Router {
    let frames = move || stream::iter((0..frames).map(|_| Ok::<_, Infallible>(ROW)));
    Router::new().route("/orders", get(async move || Body::from_stream(frames())))
}

const ROW: Bytes = Bytes::from_static(b"row\n");
