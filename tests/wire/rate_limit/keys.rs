//! Who is counted as whom.

use axum::Router;
use axum::extract::connect_info::MockConnectInfo;
use definable_errors::rate_limit::{
    Address, Everybody, HeaderField, KeySource, Quota, RateLimit, Route,
};
use expect_test::expect;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use tower::ServiceExt;

use super::{app, remaining, stopped, with};
use crate::support::{get, send};

fn limited(key: impl KeySource) -> Router {
    app(stopped(RateLimit::new(key, Quota::per_minute(100))))
}

#[tokio::test]
async fn routes_count_apart() {
    let app = limited(Route);
    assert_eq!(remaining(&app, get("/orders/7")).await, 99);
    assert_eq!(remaining(&app, get("/orders/8")).await, 98);
    assert_eq!(remaining(&app, get("/")).await, 99);
    assert_eq!(remaining(&app, get("/unknown")).await, 99);
}

#[tokio::test]
async fn header_fields_and_closures_tell_clients_apart() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let field = HeaderField::new(HeaderName::from_static("x-own"));
    for app in [limited(tenant), limited(field)] {
        assert_eq!(remaining(&app, with("x-own", "a")).await, 99);
        assert_eq!(remaining(&app, with("x-own", "b")).await, 99);
        assert_eq!(remaining(&app, with("x-own", "a")).await, 98);
        // Nobody knows whose it is.
        assert_eq!(send(app, get("/")).await.header("ratelimit"), None);
    }
}

#[tokio::test]
async fn a_field_that_is_there_twice_is_nobodys() {
    let app = limited(HeaderField::new(HeaderName::from_static("x-own")).or(Everybody));
    let mut twice = with("x-own", "a");
    twice.headers_mut().append("x-own", HeaderValue::from_static("b"));
    assert_eq!(remaining(&app, twice).await, 99);
    assert_eq!(remaining(&app, get("/")).await, 98);
    assert_eq!(remaining(&app, with("x-own", "a")).await, 99);
}

#[tokio::test]
async fn a_tuple_needs_all_of_its_parts() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let app = limited((Route, tenant, Address::peer()));
    assert_eq!(remaining(&app, with("x-own", "a")).await, 99);
    assert_eq!(remaining(&app, with("x-own", "a")).await, 98);
    let mut elsewhere = with("x-own", "a");
    *elsewhere.uri_mut() = "/orders/7".parse().unwrap();
    assert_eq!(remaining(&app, elsewhere).await, 99);
    assert_eq!(send(app, get("/")).await.header("ratelimit"), None);
}

/// The service is served in the wrong way: operators are told, clients are not.
#[tokio::test]
async fn nobody_is_limited_by_an_address_that_nobody_knows() {
    let app = limited(Address::peer());
    let response = app.oneshot(get("/")).await.unwrap();
    assert_eq!(response.status(), 500);
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    expect![[r#""Internal server error""#]].assert_eq(&body["detail"].to_string());
    assert!(!body.to_string().contains("connect_info"));
}

/// What is left for each of these, one after the other.
async fn left_for<const N: usize>(limit: RateLimit, peers: [&str; N]) -> Vec<String> {
    let limit = stopped(limit);
    let mut left = Vec::new();
    for peer in peers {
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        let app = app(limit.clone()).layer(MockConnectInfo(peer));
        let response = app.oneshot(get("/")).await.unwrap();
        left.push(response.headers()["x-ratelimit-remaining"].to_str().unwrap().to_owned());
    }
    left
}

/// IPv6 by its /64, IPv4 in IPv6 by what it is.
#[tokio::test]
async fn peers_are_told_apart_by_networks() {
    let peers = [
        "[2001:db8::1]:1",
        "[2001:db8::2]:2",
        "[::ffff:192.0.2.1]:1",
        "192.0.2.1:2",
        "192.0.2.2:1",
    ];
    let limit = RateLimit::per_address(Quota::per_minute(100));
    assert_eq!(left_for(limit, peers).await, ["99", "98", "99", "98", "99"]);
}

#[tokio::test]
async fn a_network_is_as_large_as_is_said() {
    let peers = ["[2001:db8::1]:1", "[2001:db8:0:ff::1]:1", "[2001:db8:0:100::1]:1"];
    for (bits, expected) in
        [(48, ["99", "98", "97"]), (56, ["99", "98", "99"]), (128, ["99", "99", "99"])]
    {
        let key = Address::peer().ipv6_prefix(bits);
        let limit = RateLimit::new(key, Quota::per_minute(100));
        assert_eq!(left_for(limit, peers).await, expected, "{bits}");
    }
}
