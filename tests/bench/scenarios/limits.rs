//! Requests within a quota, and over it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use definable_errors::rate_limit::{Quota, RateLimit};
use http::{Request, StatusCode};
use tower::layer::util::Identity;

use super::request;
use crate::peers::tower_governor;
use crate::row::{Answer, Row, Scenario, once};

pub(crate) const LIMITED: &str = "success, limited by address";
pub(crate) const REFUSED: &str = "refused by a limit";

/// The number of clients that take turns. None is rejected during the measurement, because a run
/// has fewer than 100 requests of each.
const CLIENTS: u32 = 64;

/// A quota with which every measured request is rejected.
const ONE: Quota = Quota::per_minute(1);

const RATE: Quota = Quota::DEFAULT.with_burst(100);

pub(super) fn limited() -> Scenario {
    Scenario::new(LIMITED, 200, connected)
        .row("bare router", router)
        .row("a layer that does nothing", || router().layer(Identity::new()))
        .row("tower_governor, no headers", || tower_governor::limited(router()))
        .row(Row::TOWER_GOVERNOR, || tower_governor::limited_with_headers(router(), u32::MAX))
        .ours(|| router().layer(limit(Quota::DEFAULT).without_legacy_headers()), tells_what_is_left)
        .row_proved(
            Row::OURS_RATE,
            || router().layer(limit(RATE).without_legacy_headers()),
            tells_what_is_left,
        )
        .row_proved(
            Row::OURS_LEGACY,
            || router().layer(limit(Quota::DEFAULT)),
            |answer| {
                tells_what_is_left(answer);
                assert_eq!(answer.header("x-ratelimit-remaining"), "99");
            },
        )
}

pub(super) fn refused() -> Scenario {
    Scenario::new(REFUSED, 429, connected)
        .row_saying(StatusCode::OK, "bare router", router)
        .row("tower_governor, text", || {
            exhausted(tower_governor::limited_with_headers(router(), 1))
        })
        .ours(|| exhausted(router().layer(limit(ONE).without_legacy_headers())), refuses)
        .row_proved(Row::OURS_LEGACY, || exhausted(router().layer(limit(ONE))), refuses)
}

fn tells_what_is_left(answer: &Answer) {
    assert!(answer.header("ratelimit").starts_with("\"default\";r=99;t="));
    assert!(answer.header("ratelimit-policy").starts_with("\"default\";q=100"));
}

fn refuses(answer: &Answer) {
    let body = answer.json();
    assert_eq!(
        (&body["code"], &body["violated_policies"][0]),
        (&"rate_limited".into(), &"default".into())
    );
    assert_eq!(body["retry_after"].to_string(), answer.header("retry-after"));
}

fn limit(quota: Quota) -> RateLimit {
    RateLimit::per_address(quota)
}

fn router() -> Router {
    Router::new().route("/orders", get(async || "ok"))
}

/// Sends one request of every client, which uses up all quotas.
fn exhausted(router: Router) -> Router {
    for _ in 0..CLIENTS {
        once(&router, connected());
    }
    router
}

fn connected() -> Request<Body> {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let client = TURN.fetch_add(1, Ordering::Relaxed) % CLIENTS;
    let mut request = request::plain();
    let peer = SocketAddr::from((Ipv4Addr::from_bits(client), 4711));
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
