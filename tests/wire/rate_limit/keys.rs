//! Tests of the keys by which clients are counted.

use std::hash::Hash;

use axum::Router;
use axum::extract::connect_info::MockConnectInfo;
use definable_errors::ApiError;
use definable_errors::rate_limit::{
    Address, Global, HeaderField, Identity, KeyHasher, KeySource, Quota, RateLimit, Route,
};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use support::{get, send};
use tower::ServiceExt;

use super::{app, remaining, stopped, with};

fn limited(key: impl KeySource) -> Router {
    app(stopped(RateLimit::new(key, Quota::per_minute(100))))
}

#[tokio::test]
async fn routes_are_counted_separately() {
    let app = limited(Route);
    assert_eq!(remaining(&app, get("/orders/7")).await, 99);
    assert_eq!(remaining(&app, get("/orders/8")).await, 98);
    assert_eq!(remaining(&app, get("/")).await, 99);
    assert_eq!(remaining(&app, get("/unknown")).await, 99);
}

#[tokio::test]
async fn header_fields_and_closures_distinguish_clients() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let field = HeaderField::new(HeaderName::from_static("x-own"));
    for app in [limited(tenant), limited(field)] {
        assert_eq!(remaining(&app, with("x-own", "a")).await, 99);
        assert_eq!(remaining(&app, with("x-own", "b")).await, 99);
        assert_eq!(remaining(&app, with("x-own", "a")).await, 98);
        // The request has no key.
        assert_eq!(send(app, get("/")).await.header("ratelimit"), None);
    }
}

#[tokio::test]
async fn duplicate_field_identifies_no_client() {
    let app = limited(HeaderField::new(HeaderName::from_static("x-own")).or(Global));
    let mut twice = with("x-own", "a");
    twice.headers_mut().append("x-own", HeaderValue::from_static("b"));
    assert_eq!(remaining(&app, twice).await, 99);
    assert_eq!(remaining(&app, get("/")).await, 98);
    assert_eq!(remaining(&app, with("x-own", "a")).await, 99);
}

#[tokio::test]
async fn tuple_needs_all_of_its_parts() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let app = limited((Route, tenant, Address::peer()));
    assert_eq!(remaining(&app, with("x-own", "a")).await, 99);
    assert_eq!(remaining(&app, with("x-own", "a")).await, 98);
    let mut elsewhere = with("x-own", "a");
    *elsewhere.uri_mut() = "/orders/7".parse().unwrap();
    assert_eq!(remaining(&app, elsewhere).await, 99);
    assert_eq!(send(app, get("/")).await.header("ratelimit"), None);
}

/// The service runs without the addresses of its peers.
#[tokio::test]
async fn requests_without_a_peer_address_count_as_one_client() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let by_address = || limited(Address::peer());
    let by_caller = || app(stopped(RateLimit::per_caller(Quota::per_minute(100))));
    let before_a_tenant = || limited(Address::peer().or(tenant));
    for app in [by_address(), by_caller(), before_a_tenant()] {
        for left in ["99", "98", "97"] {
            let response = app.clone().oneshot(get("/")).await.unwrap();
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["x-ratelimit-remaining"], left);
        }
    }
}

#[tokio::test]
async fn requests_without_a_peer_address_share_no_quota_with_those_that_have_one() {
    let limit = stopped(RateLimit::per_address(Quota::per_minute(100)));
    let left = async |app: Router| {
        let response = app.oneshot(get("/")).await.unwrap();
        response.headers()["x-ratelimit-remaining"].to_str().unwrap().to_owned()
    };
    assert_eq!(left(app(limit.clone())).await, "99");
    for peer in ["0.0.0.0:0", "[::]:0", "127.0.0.1:1"] {
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        assert_eq!(left(app(limit.clone()).layer(MockConnectInfo(peer))).await, "99", "{peer}");
    }
    assert_eq!(left(app(limit)).await, "98");
}

/// Returns the remaining quota for each of these peers in order.
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

/// IPv6 addresses are counted by their /64, and IPv4 addresses mapped to IPv6 as IPv4.
#[tokio::test]
async fn peers_are_distinguished_by_network() {
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
async fn network_has_the_configured_size() {
    let peers = ["[2001:db8::1]:1", "[2001:db8:0:ff::1]:1", "[2001:db8:0:100::1]:1"];
    for (bits, expected) in
        [(48, ["99", "98", "97"]), (56, ["99", "98", "99"]), (128, ["99", "99", "99"])]
    {
        let key = Address::peer().ipv6_prefix(bits);
        let limit = RateLimit::new(key, Quota::per_minute(100));
        assert_eq!(left_for(limit, peers).await, expected, "{bits}");
    }
}

/// A source that writes a part of a key before it returns that the client is unknown.
struct Hesitant;

impl KeySource for Hesitant {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        request.uri.path().hash(key);
        let Some(tenant) = request.headers.get("x-own") else { return Ok(Identity::Unknown) };
        tenant.hash(key);
        Ok(Identity::Known)
    }
}

/// A service's own way of trying one source and then another.
struct Either<A, B>(A, B);

impl<A: KeySource, B: KeySource> KeySource for Either<A, B> {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        match key.identify(&self.0, request)? {
            Identity::Known => Ok(Identity::Known),
            Identity::Unknown => key.identify(&self.1, request),
        }
    }
}

#[tokio::test]
async fn parts_that_an_abandoned_source_wrote_do_not_count() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let absent = |_: &Parts| None::<u8>;
    let with_an_unknown_tenant = [
        limited((Route, tenant).or(Address::peer())),
        limited((Route, absent).or((Route, Address::peer(), tenant)).or(Address::peer())),
        limited((Global, (Route, absent).or((Route, tenant))).or(Address::peer())),
        limited(Hesitant.or(Address::peer())),
        limited((Global, Hesitant.or((Route, absent)).or(Address::peer()))),
        limited(Either((Route, Hesitant), Address::peer())),
    ];
    for app in with_an_unknown_tenant {
        for left in (80..100).rev().step_by(2) {
            assert_eq!(remaining(&app, get("/")).await, left);
            assert_eq!(remaining(&app, get("/orders/7")).await, left - 1);
        }
    }
}

#[tokio::test]
async fn parts_of_the_source_that_identifies_the_client_count() {
    let tenant = |request: &Parts| request.headers.get("x-own").cloned();
    let known = || with("x-own", "a");
    let elsewhere = || {
        let mut request = known();
        *request.uri_mut() = "/orders/7".parse().unwrap();
        request
    };
    for app in [limited((Route, tenant).or(Address::peer())), limited(Hesitant.or(Global))] {
        assert_eq!(remaining(&app, known()).await, 99);
        assert_eq!(remaining(&app, elsewhere()).await, 99);
        assert_eq!(remaining(&app, with("x-own", "b")).await, 99);
        assert_eq!(remaining(&app, known()).await, 98);
        assert_eq!(remaining(&app, get("/")).await, 99);
    }
}
