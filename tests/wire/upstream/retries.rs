//! When a request is sent again, and when it must not be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use definable_errors::upstream::Upstream;
use futures_util::future::join_all;
use http::Method;
use reqwest::dns::{Name, Resolve, Resolving};
use support::{get, request, send};

use super::server::{Act, Server, app, header_of};

/// Returns every way to fail after the request was received.
fn failures() -> [(&'static str, Act); 9] {
    let head = b"HTTP/1.1 200 OK\r\ncontent-le".to_vec();
    [
        ("close", Act::Close),
        ("reset", Act::Reset),
        ("stall", Act::Stall(Vec::new())),
        ("stall in the head", Act::Stall(head.clone())),
        ("head cut off", Act::Write(head)),
        ("not HTTP", Act::Write(b"\0\0\0\0".to_vec())),
        ("503", Act::status(503, "")),
        ("502", Act::status(502, "")),
        ("429", Act::status(429, "")),
    ]
}

/// Returns a client of a service that fails in this way, then succeeds.
async fn flapping(failures: usize, act: Act) -> (Server, Upstream) {
    let server = Server::start(move |number| {
        if number < failures { act.clone() } else { Act::json(200, r#"{"total": 17}"#) }
    })
    .await;
    let client = server.client().attempt_timeout(Duration::from_millis(250)).build().unwrap();
    (server, client)
}

#[tokio::test]
async fn post_without_a_key_is_never_sent_twice() {
    for (what, act) in failures() {
        let (server, client) = flapping(1, act).await;
        let answer = send(app(client), request(Method::POST, "/pay")).await;
        assert!(answer.status.is_server_error(), "{what}");
        // A second attempt would have begun by now.
        tokio::time::sleep(Duration::from_millis(250)).await;
        assert_eq!(server.count(), 1, "{what}");
        assert!(server.requests()[0].ends_with("\r\n\r\n{\"total\":17}"), "{what}");
    }
}

/// Clients of HTTP send a request again on their own if a connection that was kept open turns out to
/// be closed.
#[tokio::test]
async fn post_on_a_connection_that_was_kept_open_is_never_sent_twice() {
    for act in [Act::Close, Act::Reset] {
        let server = Server::start(move |number| match number {
            0 => Act::Keep(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()),
            1 => act.clone(),
            _ => Act::json(200, "{}"),
        })
        .await;
        let client = server.client().build().unwrap();
        client.get(None, "/a").send().await.unwrap().bytes().await.unwrap();
        tokio::task::yield_now().await;
        let error = client.post(None, "/pay").json("17").send().await.unwrap_err();
        assert_eq!(error.problem().code(), "upstream_failed");
        assert_eq!((server.count(), server.connections()), (2, 1));
    }
}

#[tokio::test]
async fn post_with_a_key_is_sent_again_with_the_same_key() {
    for (what, act) in failures() {
        let (server, client) = flapping(1, act).await;
        let request = client.post(None, "/pay").json("17").idempotency_key("\"8e03978e\"");
        let response = request.send().await.unwrap();
        assert_eq!(response.attempts(), 2, "{what}");
        let requests = server.requests();
        assert_eq!(requests.len(), 2, "{what}");
        for request in &requests {
            assert_eq!(header_of(request, "idempotency-key"), Some("\"8e03978e\""), "{what}");
            assert!(request.ends_with("\r\n\r\n\"17\""), "{what}: {request}");
        }
    }
}

#[tokio::test]
async fn idempotent_request_is_sent_again_until_it_succeeds() {
    for (what, act) in failures() {
        let (server, client) = flapping(2, act).await;
        let answer = send(app(client), get("/order")).await;
        assert_eq!((answer.body.as_str(), server.count()), ("17", 3), "{what}");
    }
}

#[tokio::test]
async fn attempts_are_limited() {
    let (server, client) = flapping(3, Act::status(503, "")).await;
    let error = client.get(None, "/a").send().await.unwrap_err();
    assert!(error.chain().to_string().ends_with("after 3 attempts"), "{error:?}");
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn permanent_failure_is_final() {
    for status in [400, 404, 409, 500, 501] {
        let (server, client) = flapping(1, Act::status(status, "")).await;
        assert!(client.get(None, "/a").send().await.is_err());
        assert_eq!(server.count(), 1, "{status}");
    }
}

#[tokio::test]
async fn failure_that_a_proxy_has_tried_again_for_is_final() {
    let (server, client) = flapping(1, Act::status(503, "x-envoy-attempt-count: 3\r\n")).await;
    assert!(client.get(None, "/a").send().await.is_err());
    assert_eq!(server.count(), 1);
}

/// Fails once, then knows the address.
struct LateName(SocketAddr, AtomicUsize);

impl Resolve for LateName {
    fn resolve(&self, _: Name) -> Resolving {
        let (address, number) = (self.0, self.1.fetch_add(1, Ordering::SeqCst));
        Box::pin(async move {
            match number {
                0 => Err("no such name yet".into()),
                _ => Ok(Box::new(std::iter::once(address)) as reqwest::dns::Addrs),
            }
        })
    }
}

#[tokio::test]
async fn post_that_was_not_sent_is_sent_again() {
    let server = Server::always(Act::json(200, "{}")).await;
    let address: SocketAddr = server.url()["http://".len()..].parse().unwrap();
    let names = Arc::new(LateName(address, AtomicUsize::new(0)));
    let base = format!("http://orders.internal:{}", address.port());
    let client = Upstream::builder("orders", base)
        .configure(move |client| client.dns_resolver(names))
        .build()
        .unwrap();
    let response = client.post(None, "/pay").json("17").send().await.unwrap();
    assert_eq!((response.attempts(), server.count()), (2, 1));
}

#[tokio::test]
async fn wait_of_the_service_is_honoured() {
    let (server, client) = flapping(1, Act::status(503, "retry-after: 1\r\n")).await;
    let started = Instant::now();
    assert!(client.get(None, "/a").send().await.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn wait_beyond_the_deadline_is_not_begun() {
    for value in ["30", "1000000000", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let act = Act::status(503, &format!("retry-after: {value}\r\n"));
        let (server, client) = flapping(1, act).await;
        let started = Instant::now();
        let error = client.get(None, "/a").send().await.unwrap_err();
        assert!(error.problem().retry_after().unwrap() >= Duration::from_secs(30));
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn whole_call_ends_at_its_timeout() {
    let server = Server::always(Act::Stall(Vec::new())).await;
    let client = server.client().attempt_timeout(Duration::from_millis(300)).retries(9);
    let client = client.total_timeout(Duration::from_millis(800)).build().unwrap();
    let started = Instant::now();
    let error = client.get(None, "/a").send().await.unwrap_err();
    assert_eq!(error.problem().code(), "upstream_timeout");
    assert!(started.elapsed() < Duration::from_millis(1_300), "{:?}", started.elapsed());
    assert!((2..=4).contains(&server.count()), "{}", server.count());
    // The request's own timeout takes the place of the client's.
    let request = client.get(None, "/a").timeout(Duration::from_millis(50));
    let started = Instant::now();
    assert_eq!(request.send().await.unwrap_err().problem().code(), "upstream_timeout");
    assert!(started.elapsed() < Duration::from_millis(300), "{:?}", started.elapsed());
}

#[tokio::test]
async fn retries_are_a_fifth_of_the_calls_and_three_a_second() {
    // Two of five attempts fail, which is too few for the circuit to open.
    let server = Server::start(|number| match number % 5 {
        0 | 1 => Act::status(503, ""),
        _ => Act::json(200, "{}"),
    })
    .await;
    let client = server.client().retries(9).build().unwrap();
    let started = Instant::now();
    let calls = 600;
    for _ in 0..calls / 20 {
        join_all((0..20).map(|_| client.get(None, "/a").send())).await;
    }
    // What three a second are in the time that a deposit counts is there from the start.
    let seconds = usize::try_from(started.elapsed().as_secs()).unwrap() + 10;
    let most = calls + calls / 5 + 3 * seconds;
    let (sent, wanted) = (server.count(), calls + calls / 2);
    assert!(sent <= most, "{sent} requests of {calls} calls, at most {most} are allowed");
    assert!(sent > calls + 30 && sent < wanted, "{sent}: the budget is what limits it");
}

/// While the service pauses, many calls are rejected without being sent. A service that comes back is
/// not overwhelmed by retries that those have allowed.
#[tokio::test]
async fn calls_that_are_not_sent_allow_no_retries() {
    let server = Server::start(|number| match number {
        0 => Act::status(429, "retry-after: 1\r\n"),
        _ if number % 5 < 2 => Act::status(503, ""),
        _ => Act::json(200, "{}"),
    })
    .await;
    let client = server.client().retries(9).build().unwrap();
    let once = client.get(None, "/a").timeout(Duration::from_millis(200)).send().await;
    assert_eq!(once.unwrap_err().problem().code(), "service_unavailable");
    for _ in 0..2_000 {
        assert!(client.get(None, "/a").send().await.is_err());
    }
    assert_eq!(server.count(), 1);
    tokio::time::sleep(Duration::from_millis(1_100)).await;

    let started = Instant::now();
    let calls = 200;
    for _ in 0..calls / 20 {
        join_all((0..20).map(|_| client.get(None, "/a").send())).await;
    }
    let seconds = usize::try_from(started.elapsed().as_secs()).unwrap() + 10;
    let (sent, most) = (server.count() - 1, calls + calls / 5 + 3 * seconds);
    assert!(sent <= most, "{sent} requests of {calls} calls, at most {most} are allowed");
}
