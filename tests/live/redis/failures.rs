//! A Redis that is killed, hangs, is slow or full, or loses its connections.

use std::time::{Duration, Instant};

use definable_errors::rate_limit::{OnFailure, Quota, RedisStore};
use support::{needs, redis};

use super::{Liar, Load, Port, Proxy, SECRET, Server, admitted, ask, key, until};

const DEADLINE: Duration = Duration::from_millis(100);
/// How late a store may be beyond its deadline, and beyond the time for which the machine paused.
const GRACE: Duration = Duration::from_millis(150);
/// The longest time until Redis is used again: several attempts, each of which may be late here.
/// `cargo bench -p load` has the real gate.
const RECOVERY: Duration = Duration::from_secs(6);
const SOON: Duration = Duration::from_secs(60);
/// A quota that no test uses up.
const PLENTY: Quota = Quota::per_hour(1_000_000).with_name("plenty");
const FEW: Quota = Quota::per_hour(40).with_name("few");

fn store(url: &str, on_failure: OnFailure) -> RedisStore {
    with_deadline(url, on_failure, DEADLINE)
}

fn with_deadline(url: &str, on_failure: OnFailure, deadline: Duration) -> RedisStore {
    RedisStore::builder(url, SECRET, on_failure).timeout(deadline).build().unwrap()
}

async fn notices(store: &RedisStore) {
    until(SOON, async || !store.health().is_available).await;
}

/// Sends requests until the store stops calling Redis, without a load, and returns their number.
async fn gives_up(store: &RedisStore, client: u128, quota: Quota) -> u32 {
    let (mut count, start) = (0, Instant::now());
    while store.health().is_available {
        assert!(start.elapsed() < SOON);
        count += admitted(store, client, quota, 1).await;
    }
    count
}

/// Waits until the store calls Redis again, and returns how long that took.
async fn recovers(store: &RedisStore) -> Duration {
    until(SOON, async || store.health().is_available).await
}

#[expect(clippy::print_stdout, reason = "figures for who reads them")]
async fn ends_in_time(load: Load, what: &str, recovery: Duration) {
    let counts = load.counts();
    let (latencies, stall) = load.stop().await;
    let calls = latencies.count();
    println!(
        "{what}: {calls} calls, {latencies}, stalls {stall:.0?}, back after {recovery:.0?}, {counts:?}"
    );
    // A pause can delay a call, the notice that it is late, and the task that waits for it.
    assert!(latencies.longest() <= DEADLINE + GRACE + 3 * stall, "{latencies}, {stall:?}");
    assert!(recovery <= RECOVERY, "{recovery:?}");
}

#[tokio::test]
async fn killed_redis_is_bypassed_and_used_again() {
    needs!(Redis);
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
async fn hanging_redis_is_bypassed_and_used_again() {
    needs!(Redis);
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
async fn slow_redis_counts_as_failing() {
    needs!(Redis);
    let server = Server::start();
    let proxy = Proxy::to(server.address()).await;
    let store = store(&proxy.url(), OnFailure::Closed);
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    proxy.delay(3 * DEADLINE);
    notices(&store).await;
    // Redis stays bypassed as long as it is slow.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!store.health().is_available && load.counts()[2] > 0);
    proxy.delay(Duration::ZERO);
    let recovery = recovers(&store).await;
    ends_in_time(load, "slow", recovery).await;
}

#[tokio::test]
async fn silently_lost_connection_is_replaced() {
    needs!(Redis);
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
async fn broken_connection_is_replaced_without_a_failure() {
    needs!(Redis);
    let server = Server::start();
    let store = with_deadline(&server.url(), OnFailure::Closed, SOON);
    for _ in 0..5 {
        assert_eq!(admitted(&store, 1, PLENTY, 3).await, 3);
        let _: u64 = server.ask(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    }
    assert_eq!(store.health().failures, 0);
}

/// Asserts that the store fails after the command `wrong`, and recovers after `right`.
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
async fn full_redis_counts_as_failing() {
    needs!(Redis);
    let server = Server::start();
    let _: String = server.ask(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    let full = ["CONFIG", "SET", "maxmemory", "1"];
    fails_while(&server, &full, &["CONFIG", "SET", "maxmemory", "0"]).await;
}

#[tokio::test]
async fn read_only_replica_counts_as_failing() {
    needs!(Redis);
    let server = Server::start();
    let replica = ["REPLICAOF", "127.0.0.1", "1"];
    fails_while(&server, &replica, &["REPLICAOF", "NO", "ONE"]).await;
}

#[tokio::test]
async fn redis_that_accepts_no_more_clients_is_bypassed_and_used_again() {
    needs!(Redis);
    let server = Server::start();
    let store = store(&server.url(), OnFailure::Closed);
    let load = Load::start(&store, PLENTY);
    until(SOON, async || load.counts()[0] > 50).await;
    let mut session = server.session();
    let _: String = session.ask(&["CONFIG", "SET", "maxclients", "1"]);
    session.close_others();
    notices(&store).await;
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert!(!store.health().is_available && load.counts()[2] > 0);
    let _: String = session.ask(&["CONFIG", "SET", "maxclients", "1000"]);
    let recovery = recovers(&store).await;
    ends_in_time(load, "maxclients", recovery).await;
}

#[tokio::test]
async fn redis_with_another_password_is_bypassed_and_used_again() {
    needs!(Redis);
    let server = Server::start();
    let mut session = server.session();
    let mut set_password = |password| {
        let _: String = session.ask(&["CONFIG", "SET", "requirepass", password]);
        session.close_others();
    };
    set_password("old");
    let store = store(&format!("redis://:new@{}", server.address()), OnFailure::Closed);
    // It is wrong from the start, and again while Redis is in use.
    for what in ["wrong password", "changed password"] {
        let load = Load::start(&store, PLENTY);
        notices(&store).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(!store.health().is_available && load.counts()[2] > 0);
        set_password("new");
        let recovery = recovers(&store).await;
        until(SOON, async || load.counts()[0] > 50).await;
        ends_in_time(load, what, recovery).await;
        set_password("old");
    }
}

#[tokio::test]
async fn unexpected_reply_is_a_failure_and_never_a_500() {
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
            assert!((1..=3).contains(&error.problem().retry_after().unwrap().as_secs()));
        }
    }
}

#[tokio::test]
async fn service_starts_without_redis_and_uses_it_later() {
    needs!(Redis);
    let port = Port::claim();
    let url = redis::url(port.address());
    // A late call is counted in Redis and rejected here.
    let store = with_deadline(&url, OnFailure::Local { replicas: 4 }, SOON);
    // Each of the four replicas may admit a fourth of the quota.
    assert_eq!(admitted(&store, 1, FEW, 100).await, 10);
    assert_eq!(gives_up(&store, 1, FEW).await, 0);
    let server = Server::start_at(port);
    recovers(&store).await;
    assert_eq!(admitted(&store, 1, FEW, 100).await, 40);
    assert_eq!(server.ask::<Vec<String>>(&["KEYS", "*few"]).len(), 1);
}

#[tokio::test]
async fn shares_admit_at_most_twice_the_limit_during_a_failure() {
    needs!(Redis);
    let mut server = Server::start();
    let on_failure = OnFailure::Local { replicas: 2 };
    let stores = [(); 2].map(|()| with_deadline(&server.url(), on_failure, SOON));
    let mut count = 0;
    for store in &stores {
        count += admitted(store, 1, FEW, FEW.limit() / 2).await;
    }
    server.kill();
    for store in &stores {
        count += gives_up(store, 1, FEW).await + admitted(store, 1, FEW, 100).await;
    }
    // What Redis admitted counts against the shares.
    assert_eq!(count, FEW.limit());
    server.restart();
    for store in &stores {
        recovers(store).await;
        count += admitted(store, 1, FEW, 100).await;
    }
    assert_eq!(count, 2 * FEW.limit());
}

#[tokio::test]
async fn excess_call_is_decided_without_waiting() {
    needs!(Redis);
    let server = Server::start();
    let store = RedisStore::builder(server.url(), SECRET, OnFailure::Open);
    let store = store.in_flight(4).timeout(SOON).build().unwrap();
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
    // Redis is still called, because the excess was not its fault.
    assert_eq!((store.health().decisions, store.health().is_available), (5, true));
}
