//! Tests of a service that has failed and is tried again.

use std::time::Duration;

use super::{Faulty, Mode, Server};

/// However many clients wait for the service, at most three requests at once try it.
#[tokio::test(flavor = "multi_thread")]
async fn service_that_has_failed_is_tried_by_three_requests_at_most() {
    let upstream = Faulty::start();
    let server = Server::start(&upstream).await;
    upstream.set(Mode::Problem);
    let failed = server.load(32, Duration::from_millis(500)).await;
    let last = failed.last().unwrap();
    assert_eq!(last.outcome(), "503 circuit_open");

    upstream.set(Mode::Slow(Duration::from_millis(400)));
    upstream.clear();
    let wait = last.retry_after().unwrap();
    let replies = server.load(32, wait + Duration::from_secs(3)).await;
    let requests = upstream.requests();
    for request in &requests {
        assert!(request.answered >= 3 || request.concurrent <= 3, "{request:?}");
    }
    let most = requests.iter().map(|request| request.concurrent).max().unwrap();
    assert!(most > 3, "all clients are served in the end: {most}");
    let outcomes: Vec<_> = replies.iter().map(super::Reply::outcome).collect();
    assert!(outcomes.iter().all(|outcome| ["200", "503 circuit_open"].contains(&outcome.as_str())));
    assert_eq!(outcomes.last().unwrap(), "200");
}

/// A service that still fails when it is tried again is not tried by all clients.
#[tokio::test(flavor = "multi_thread")]
async fn service_that_still_fails_gets_at_most_three_requests() {
    let upstream = Faulty::start();
    let server = Server::start(&upstream).await;
    upstream.set(Mode::Problem);
    let failed = server.load(32, Duration::from_millis(500)).await;
    let wait = failed.last().unwrap().retry_after().unwrap();
    upstream.set(Mode::StallBeforeHead);
    upstream.clear();
    // The time of one attempt, and no more: then the circuit is open for twice as long.
    let replies = server.load(32, wait + Duration::from_secs(3)).await;
    let sent = upstream.count();
    assert!((1..=3).contains(&sent), "{sent}");
    let longest = replies.iter().filter_map(super::Reply::retry_after).max().unwrap();
    assert!(longest > Duration::from_secs(5), "{longest:?}");
}
