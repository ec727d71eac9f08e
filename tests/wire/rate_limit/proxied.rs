//! Tests of addresses from proxies, and of those that clients invent. The peer is 127.0.0.1.

use definable_errors::rate_limit::{Address, Quota, RateLimit, TrustedProxies};

use super::{app, is_admitted, remaining, stopped, with};

fn limit() -> RateLimit {
    stopped(RateLimit::per_address(Quota::per_minute(100)))
}

#[tokio::test]
async fn forwarded_address_of_an_untrusted_peer_is_ignored() {
    let proxies = TrustedProxies::networks(["10.0.0.0/8"]).unwrap();
    for limit in [limit(), limit().key(Address::behind(proxies))] {
        let app = app(limit);
        for number in 0..100 {
            let made_up = format!("10.0.{number}.1, 203.0.113.{number}");
            assert!(is_admitted(&app, with("x-forwarded-for", &made_up)).await);
        }
        assert!(!is_admitted(&app, with("x-forwarded-for", "198.51.100.1")).await);
        assert!(!is_admitted(&app, with("forwarded", "for=198.51.100.1")).await);
        assert!(!is_admitted(&app, with("x-real-ip", "198.51.100.1")).await);
    }
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_are_counted_separately() {
    let networks = TrustedProxies::networks(["127.0.0.0/8"]).unwrap();
    for proxies in [networks, TrustedProxies::hops(1)] {
        let app = app(limit().key(Address::behind(proxies)));
        let from = |field: &str| with("x-forwarded-for", field);
        assert_eq!(remaining(&app, from("203.0.113.1")).await, 99);
        assert_eq!(remaining(&app, from("198.51.100.1, 203.0.113.1:99")).await, 98);
        assert_eq!(remaining(&app, from("ü, 203.0.113.1")).await, 97);
        assert_eq!(remaining(&app, from("203.0.113.2")).await, 99);
        assert_eq!(remaining(&app, from("2001:db8::1")).await, 99);
        assert_eq!(remaining(&app, from("[2001:db8::2]:443")).await, 98);
        // None of these is a client's address, so all of them count for the proxy.
        assert_eq!(remaining(&app, from("203.0.113.1, unknown")).await, 99);
        assert_eq!(remaining(&app, from("203.0.113.1,")).await, 98);
        assert_eq!(remaining(&app, from("garbage")).await, 97);
    }
}

#[tokio::test]
async fn forwarded_field_of_a_trusted_proxy_is_read() {
    let proxies = TrustedProxies::networks(["127.0.0.1"]).unwrap().forwarded();
    let app = app(limit().key(Address::behind(proxies)));
    assert_eq!(remaining(&app, with("forwarded", "for=1.1.1.1, for=203.0.113.1")).await, 99);
    assert_eq!(remaining(&app, with("forwarded", "for=203.0.113.1;proto=https")).await, 98);
    assert_eq!(remaining(&app, with("forwarded", "for=\"[2001:db8::1]:9\"")).await, 99);
    assert_eq!(remaining(&app, with("forwarded", "for=203.0.113.1, for=_hidden")).await, 99);
    assert_eq!(remaining(&app, with("x-forwarded-for", "203.0.113.1")).await, 98);
}
