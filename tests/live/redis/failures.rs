use std::time::{Duration, Instant};

use definable_errors::rate_limit::{OnFailure, Quota, RedisStore};

use super::{Liar, Load, Port, Proxy, SECRET, Server, admitted, ask, key, server, until};

const DEADLINE: Duration = Duration::from_millis(100);
/// What is over the deadline beyond that, and beyond what the machine stood still, is the store's
/// fault.
const GRACE: Duration = Duration::from_millis(150);
/// Some trials, each of which may be late here; `cargo bench -p load` knows how long it should take.
const RECOVERY: Duration = Duration::from_secs(6);
const SOON: Duration = Duration::from_secs(60);
/// Nobody uses that up.
const PLENTY: Quota = Quota::per_hour(1_000_000).named("plenty");
const FEW: Quota = Quota::per_hour(40).named("few");

fn store(url: &str, on_failure: OnFailure) -> RedisStore {
    RedisStore::connect(url, SECRET, on_failure).unwrap().deadline(DEADLINE)
}

async fn notices(store: &RedisStore) {
    until(SOON, async || !store.health().is_available).await;
}

/// The same without a load: asks until Redis is not asked any more, and says how often that was.
async fn gives_up(store: &RedisStore, client: u128, quota: Quota) -> u32 {
    let (mut count, start) = (0, Instant::now());
    while store.health().is_available {
        assert!(start.elapsed() < SOON);
        count += admitted(store, client, quota, 1).await;
    }
    count
}

/// How long after its end a failure is over.
async fn recovers(store: &RedisStore) -> Duration {
    until(SOON, async || store.health().is_available).await
}

#[expect(clippy::print_stdout, reason = "figures for who reads them")]
async fn ends_in_time(load: Load, what: &str, recovery: Duration) {
    let counts = load.counts();
    let (latencies, stall) = load.stop().await;
    println!("{what}: {latencies}, stalls {stall:.0?}, back after {recovery:.0?}, {counts:?}");
    // Who waits can be kept from asking in time, from noticing that it is late, and from going on.
    assert!(latencies.percentile(100) <= DEADLINE + GRACE + 3 * stall, "{latencies}, {stall:?}");
    assert!(recovery <= RECOVERY, "{recovery:?}");
}

#[tokio::test]
async fn a_redis_that_is_killed_is_done_without_and_found_again() {
    let mut server = Server::start();
    let store = store(&server.url(), OnFailure::Local { replicas: 2 });
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    server.kill();
    notices(&store).await;
    tokio::time::sleep(Duration::from_millis(1300)).await;
    server.restart();
    let recovery = recovers(&store).await;
    assert_eq!(load.counts()[1..], [0, 0]);
    ends_in_time(load, "killed", recovery).await;
}

#[tokio::test]
async fn a_redis_that_hangs_is_done_without_and_found_again() {
    let server = Server::start();
    let store = store(&server.url(), OnFailure::Open);
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    server.pause();
    notices(&store).await;
    tokio::time::sleep(Duration::from_millis(1300)).await;
    server.resume();
    let recovery = recovers(&store).await;
    assert_eq!(load.counts()[1..], [0, 0]);
    ends_in_time(load, "paused", recovery).await;
}

#[tokio::test]
async fn a_slow_redis_is_one_that_fails() {
    let server = Server::start();
    let proxy = Proxy::to(server.address()).await;
    let store = store(&proxy.url(), OnFailure::Closed);
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    proxy.delay(3 * DEADLINE);
    notices(&store).await;
    // As long as it is slow it stays so.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!store.health().is_available && load.counts()[2] > 0);
    proxy.delay(Duration::ZERO);
    let recovery = recovers(&store).await;
    ends_in_time(load, "slow", recovery).await;
}

#[tokio::test]
async fn a_connection_that_is_lost_without_a_word_is_made_anew() {
    let server = Server::start();
    let proxy = Proxy::to(server.address()).await;
    let store = store(&proxy.url(), OnFailure::Closed);
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    proxy.swallow();
    notices(&store).await;
    proxy.delay(Duration::ZERO);
    let recovery = recovers(&store).await;
    ends_in_time(load, "swallowed", recovery).await;
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_anew_without_a_failure() {
    let server = Server::start();
    let store = store(&server.url(), OnFailure::Closed).deadline(SOON);
    for _ in 0..5 {
        assert_eq!(admitted(&store, 1, PLENTY, 3).await, 3);
        let _: u64 = server.ask(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    }
    assert_eq!(store.health().failures, 0);
}

/// What an operator does wrong, and then right again.
async fn fails_while(server: &Server, wrong: &[&str], right: &[&str]) {
    let store = store(&server.url(), OnFailure::Closed);
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    let _: String = server.ask(wrong);
    notices(&store).await;
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert!(!store.health().is_available && load.counts()[2] > 0);
    let _: String = server.ask(right);
    let recovery = recovers(&store).await;
    ends_in_time(load, wrong[0], recovery).await;
}

#[tokio::test]
async fn a_full_redis_is_one_that_fails() {
    let server = Server::start();
    let _: String = server.ask(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    let full = ["CONFIG", "SET", "maxmemory", "1"];
    fails_while(&server, &full, &["CONFIG", "SET", "maxmemory", "0"]).await;
}

#[tokio::test]
async fn a_replica_that_only_reads_is_one_that_fails() {
    let server = Server::start();
    let replica = ["REPLICAOF", "127.0.0.1", "1"];
    fails_while(&server, &replica, &["REPLICAOF", "NO", "ONE"]).await;
}

#[tokio::test]
async fn whatever_else_it_says_is_a_failure_and_never_a_500() {
    for answer in [
        "-LOADING Redis is loading the dataset in memory\r\n",
        "-MOVED 3999 127.0.0.1:1\r\n",
        "-NOAUTH Authentication required.\r\n",
        "-ERR unknown command\r\n",
        "+OK\r\n",
        ":1\r\n",
        "*2\r\n:1\r\n:2\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
    ] {
        let liar = Liar::saying(answer).await;
        let store = store(&liar.url(), OnFailure::Closed);
        let start = Instant::now();
        while store.health().is_available {
            assert!(start.elapsed() < SOON, "{answer}");
            let refused =
                ask(&store, definable_errors::rate_limit::Consumption::new(key(1), &[FEW], 1));
            let error = refused.await.unwrap_err();
            assert_eq!(error.problem().code(), "overloaded", "{answer}");
            assert!((1..=3).contains(&error.problem().retry_after().unwrap()));
        }
    }
}

#[tokio::test]
async fn a_service_starts_without_redis_and_finds_it_later() {
    let port = Port::claim();
    let url = server::url(port.address());
    // Who is late in Redis is counted there and refused here.
    let store = store(&url, OnFailure::Local { replicas: 4 }).deadline(SOON);
    // A share of a fourth.
    assert_eq!(admitted(&store, 1, FEW, 100).await, 10);
    assert_eq!(gives_up(&store, 1, FEW).await, 0);
    let server = Server::start_at(port);
    recovers(&store).await;
    assert_eq!(admitted(&store, 1, FEW, 100).await, 40);
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*few"]).len(), 1);
}

#[tokio::test]
async fn with_shares_a_failure_admits_at_most_twice_the_limit() {
    let mut server = Server::start();
    let on_failure = OnFailure::Local { replicas: 2 };
    let stores = [(); 2].map(|()| store(&server.url(), on_failure).deadline(SOON));
    let mut count = 0;
    for store in &stores {
        count += admitted(store, 1, FEW, FEW.limit() / 2).await;
    }
    server.kill();
    for store in &stores {
        count += gives_up(store, 1, FEW).await + admitted(store, 1, FEW, 100).await;
    }
    // What Redis admitted is part of the shares.
    assert_eq!(count, FEW.limit());
    server.restart();
    for store in &stores {
        recovers(store).await;
        count += admitted(store, 1, FEW, 100).await;
    }
    assert_eq!(count, 2 * FEW.limit());
}

#[tokio::test]
async fn what_is_too_much_at_once_does_not_wait() {
    let server = Server::start();
    let store = store(&server.url(), OnFailure::Open).in_flight(4).deadline(SOON);
    assert_eq!(admitted(&store, 1, PLENTY, 1).await, 1);
    server.pause();
    let asking: Vec<_> = (0..20)
        .map(|client| {
            let store = store.clone();
            tokio::spawn(async move { admitted(&store, client, PLENTY, 1).await })
        })
        .collect();
    until(SOON, async || store.health().fallbacks == 16).await;
    server.resume();
    for asked in asking {
        assert_eq!(asked.await.unwrap(), 1);
    }
    // It is asked still: that was not Redis' fault.
    assert_eq!((store.health().decided, store.health().is_available), (5, true));
}
