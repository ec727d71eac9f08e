//! Tests of warnings, which are logged once per process, so each test starts a process of its own.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use definable_errors::rate_limit::{Address, Caller, Quota, RateLimit, TrustedProxies};
use http::{HeaderName, HeaderValue, Request};
use support::get;
use support::process::this_test;
use tower::ServiceExt;

use super::{app, with};

const WHAT: &str = "LIMITS_WARNINGS";

/// Returns the lines that a process logs while it does `what`.
fn logged(what: &str) -> Vec<String> {
    let name = "rate_limit::warnings::in_a_process_of_its_own";
    let output = this_test(name).env(WHAT, what).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("1 passed"), "{text}");
    text.lines().filter(|line| line.contains("definable_errors")).map(ToOwned::to_owned).collect()
}

#[tokio::test]
#[ignore = "the other tests run it, each in a process of its own"]
async fn in_a_process_of_its_own() {
    let _logs = tracing::subscriber::set_default(
        tracing_subscriber::fmt().with_ansi(false).without_time().finish(),
    );
    let minute = Quota::per_minute(100);
    let peers = || served(RateLimit::per_address(minute));
    match &*std::env::var(WHAT).unwrap() {
        "no address" => {
            for _ in 0..3 {
                ask(&app(RateLimit::per_address(minute)), get("/")).await;
                ask(&app(RateLimit::per_caller(minute)), get("/")).await;
            }
        }
        "a direct client" => ask(&peers(), get("/")).await,
        "X-Forwarded-For" => {
            for _ in 0..3 {
                ask(&peers(), with("x-forwarded-for", "192.0.2.7")).await;
                ask(&peers(), with("forwarded", "for=192.0.2.7")).await;
            }
        }
        "Forwarded, by a caller" => {
            let limit = RateLimit::new(Caller::new(), minute);
            ask(&served(limit), with("forwarded", "for=192.0.2.7")).await;
        }
        "trusted proxies" => {
            let proxies = TrustedProxies::networks(["127.0.0.0/8"]).unwrap();
            let limit = RateLimit::new(Address::behind(proxies), minute);
            let mut request = with("x-forwarded-for", "192.0.2.7");
            let value = HeaderValue::from_static("for=192.0.2.7");
            request.headers_mut().insert(HeaderName::from_static("forwarded"), value);
            ask(&served(limit), request).await;
        }
        what => panic!("{what}"),
    }
}

fn served(limit: RateLimit) -> Router {
    app(limit).layer(MockConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))))
}

async fn ask(app: &Router, request: Request<Body>) {
    assert_eq!(app.clone().oneshot(request).await.unwrap().status(), 200);
}

#[test]
fn missing_peer_address_is_warned_of_once() {
    let lines = logged("no address");
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.contains("WARN"), "{line}");
    assert!(line.contains("definable_errors::serve"), "{line}");
    assert!(line.contains("into_make_service_with_connect_info"), "{line}");
}

#[test]
fn untrusted_proxy_is_warned_of_once() {
    for what in ["X-Forwarded-For", "Forwarded, by a caller"] {
        let lines = logged(what);
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert!(line.contains("WARN") && line.contains("TrustedProxies"), "{line}");
    }
}

#[test]
fn direct_clients_and_trusted_proxies_cause_no_warning() {
    for what in ["a direct client", "trusted proxies"] {
        assert_eq!(logged(what), Vec::<String>::new());
    }
}
