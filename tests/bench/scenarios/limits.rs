use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use definable_errors::rate_limit::{Quota, RateLimit};
use http::{Request, StatusCode};

use super::request;
use crate::peers::tower_governor;
use crate::row::{Answer, Row, Scenario, once};

pub(crate) const LIMITED: &str = "success, limited by address";
pub(crate) const REFUSED: &str = "refused by a limit";

/// Nobody is refused while it is measured.
const AMPLE: Quota = Quota::new(65_535, Duration::from_secs(60));

/// And here everybody is.
const ONE: Quota = Quota::per_day(1);

const RATE: Quota = AMPLE.with_burst(65_535);

pub(super) fn limited() -> Scenario {
    Scenario::new(LIMITED, 200, connected)
        .row("bare router", router)
        .row("tower_governor, no headers", || tower_governor::limited(router()))
        .row(Row::TOWER_GOVERNOR, || tower_governor::limited_with_headers(router(), u32::MAX))
        .ours(|| router().layer(limit(AMPLE).without_legacy_fields()), tells_what_is_left)
        .ours_as(
            Row::OURS_RATE,
            || router().layer(limit(RATE).without_legacy_fields()),
            tells_what_is_left,
        )
        .ours_as(
            Row::OURS_LEGACY,
            || router().layer(limit(AMPLE)),
            |answer| {
                tells_what_is_left(answer);
                assert_eq!(answer.header("x-ratelimit-remaining"), "65534");
            },
        )
}

pub(super) fn refused() -> Scenario {
    Scenario::new(REFUSED, 429, connected)
        .row_saying(StatusCode::OK, "bare router", router)
        .row("tower_governor, text", || {
            exhausted(tower_governor::limited_with_headers(router(), 1))
        })
        .ours(|| exhausted(router().layer(limit(ONE).without_legacy_fields())), refuses)
        .ours_as(Row::OURS_LEGACY, || exhausted(router().layer(limit(ONE))), refuses)
}

fn tells_what_is_left(answer: &Answer) {
    assert!(answer.header("ratelimit").starts_with("\"default\";r=65534;t="));
    assert!(answer.header("ratelimit-policy").starts_with("\"default\";q=65535"));
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

/// As it is after its only request.
fn exhausted(router: Router) -> Router {
    once(&router, connected());
    router
}

fn connected() -> Request<Body> {
    let mut request = request::plain();
    let peer = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 4711));
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
