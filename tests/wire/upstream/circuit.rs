//! The circuit breaker, under load on real connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use definable_errors::ApiErrorLayer;
use definable_errors::timeout::Timeout;
use definable_errors::upstream::{CircuitState, Upstream};
use futures_util::future::join_all;
use support::{get, send};

use super::server::{Act, Server, app};

/// A service that fails until it is repaired, and is then a little slow.
async fn failing() -> (Server, Arc<AtomicBool>) {
    let is_repaired = Arc::new(AtomicBool::new(false));
    let repaired = is_repaired.clone();
    let server = Server::start(move |_| {
        if repaired.load(Ordering::SeqCst) {
            let Act::Write(answer) = Act::json(200, r#"{"total": 17}"#) else { unreachable!() };
            Act::WriteAfter(Duration::from_millis(300), answer)
        } else {
            Act::status(500, "")
        }
    })
    .await;
    (server, is_repaired)
}

/// Sends this many calls at once, and returns what became of each.
async fn codes(client: &Upstream, count: usize) -> Vec<String> {
    let calls = (0..count).map(|_| client.get(None, "/a").send());
    let ended = join_all(calls).await;
    let code = |ended: Result<_, definable_errors::ApiError>| match ended {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.problem().code().to_owned(),
    };
    ended.into_iter().map(code).collect()
}

#[tokio::test]
async fn circuit_opens_within_a_second_and_closes_again_after_three_probes() {
    let (server, is_repaired) = failing().await;
    let client = server.client().build().unwrap();
    let started = Instant::now();
    while client.circuit() == CircuitState::Closed {
        codes(&client, 4).await;
    }
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let sent = server.count();

    // The client hears when to come back, and that is true.
    let answer = send(app(client.clone()), get("/order")).await;
    answer.check();
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "circuit_open"));
    let CircuitState::Open { retry_after } = client.circuit() else { panic!() };
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    let wait = Duration::from_secs(wait);
    assert!(wait >= retry_after && wait < retry_after + Duration::from_millis(1_100));
    assert_eq!(codes(&client, 100).await, vec!["circuit_open"; 100]);
    assert_eq!(server.count(), sent, "an open circuit sends nothing");

    is_repaired.store(true, Ordering::SeqCst);
    server.most_concurrent();
    tokio::time::sleep(wait).await;
    assert_eq!(client.circuit(), CircuitState::HalfOpen);
    let ended = codes(&client, 50).await;
    assert_eq!(ended.iter().filter(|code| *code == "ok").count(), 3, "{ended:?}");
    assert_eq!((server.count(), server.most_concurrent()), (sent + 3, 3), "three probes at once");
    assert_eq!(client.circuit(), CircuitState::Closed);
    assert_eq!(codes(&client, 50).await, vec!["ok"; 50]);
}

#[tokio::test]
async fn answers_about_the_request_do_not_open_it() {
    for status in [400, 401, 404, 409, 429] {
        let server = Server::always(Act::status(status, "")).await;
        let client = server.client().retries(0).build().unwrap();
        codes(&client, 50).await;
        assert_eq!(client.circuit(), CircuitState::Closed, "{status}");
    }
}

#[tokio::test]
async fn bodies_that_break_off_open_it() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let server = Server::always(Act::Write(cut)).await;
    let client = server.client().build().unwrap();
    for _ in 0..20 {
        assert_eq!(client.circuit(), CircuitState::Closed);
        let response = client.get(None, "/a").send().await.unwrap();
        assert_eq!(response.bytes().await.unwrap_err().problem().code(), "upstream_failed");
    }
    assert!(matches!(client.circuit(), CircuitState::Open { .. }));
}

#[tokio::test]
async fn cancelled_calls_do_not_open_it() {
    let server = Server::always(Act::Stall(Vec::new())).await;
    let client = server.client().build().unwrap();
    for _ in 0..10 {
        let calls = (0..10).map(|_| client.get(None, "/a").send());
        let ended = tokio::time::timeout(Duration::from_millis(20), join_all(calls)).await;
        assert!(ended.is_err());
    }
    assert_eq!(client.circuit(), CircuitState::Closed);
}

/// A service that never answers is noticed, also if the deadline of requests is shorter than the
/// time that an attempt may take.
#[tokio::test]
async fn calls_that_the_deadline_of_their_request_ends_open_it() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    for act in [Act::Stall(Vec::new()), Act::Stall(head)] {
        let server = Server::always(act).await;
        let client = server.client().retries(0).build().unwrap();
        let routes = app(client.clone()).layer(Timeout::new(Duration::from_millis(300)));
        let routes = routes.layer(ApiErrorLayer::new());
        let answers = join_all((0..20).map(|_| send(routes.clone(), get("/order")))).await;
        let codes: Vec<_> = answers.iter().map(support::Answer::code).collect();
        assert_eq!(codes, vec!["upstream_timeout"; 20]);
        assert!(matches!(client.circuit(), CircuitState::Open { .. }), "{:?}", client.circuit());
    }
}

#[tokio::test]
async fn pause_that_the_service_asks_for_is_kept_by_all_calls() {
    let server = Server::start(|number| match number {
        0 => Act::status(429, "retry-after: 1\r\n"),
        _ => Act::json(200, "{}"),
    })
    .await;
    let client = server.client().retries(0).build().unwrap();
    let started = Instant::now();
    assert_eq!(codes(&client, 1).await, ["service_unavailable"]);
    assert!(matches!(client.circuit(), CircuitState::Throttled { .. }));
    let error = client.get(None, "/a").send().await.unwrap_err();
    assert_eq!(error.problem().retry_after(), Some(Duration::from_secs(1)));
    assert_eq!(
        (codes(&client, 20).await, server.count()),
        (vec!["service_unavailable".into(); 20], 1)
    );
    tokio::time::sleep(Duration::from_secs(1).saturating_sub(started.elapsed())).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(codes(&client, 20).await, vec!["ok"; 20]);
}

#[tokio::test]
async fn pause_of_one_caller_is_not_that_of_all() {
    let server = Server::start(|number| match number {
        0 => Act::status(429, "retry-after: 60\r\n"),
        _ => Act::json(200, "{}"),
    })
    .await;
    let client = server.client().without_throttle().retries(0).build().unwrap();
    assert_eq!(codes(&client, 1).await, ["service_unavailable"]);
    assert_eq!(codes(&client, 20).await, vec!["ok"; 20]);
}
