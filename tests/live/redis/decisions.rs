//! Decisions of a single store.

use std::time::Duration;

use definable_errors::rate_limit::{Consumption, Quota, QuotaStore};
use support::needs;

use super::clocks::Hands;
use super::{Server, admitted, ask, ask_one, key, patient, patient_builder, until};

const HOUR: Quota = Quota::per_hour(10).with_name("hour");
const DAY: Quota = Quota::per_day(5).with_name("day");
/// A quota of which nothing becomes available again during a test.
const RATE: Quota = Quota::per_hour(6).with_burst(3).with_name("rate");
const SOON: Duration = Duration::from_secs(60);

#[tokio::test]
async fn decision_about_all_quotas_is_one_round_trip() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    for client in 0..100 {
        let consumption = Consumption::new(key(client), &[HOUR, DAY, RATE], 1);
        assert!(ask(&store, consumption).await.unwrap().is_admitted());
    }
    // The text of the script was sent once.
    assert_eq!((server.usage("evalsha").0, server.usage("eval").0), (100, 1));
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 300);
}

#[tokio::test]
async fn cost_is_taken_from_all_quotas_or_from_none() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    assert_eq!(admitted(&store, 1, RATE, 3).await, 3);
    let all = [HOUR, DAY, RATE];
    let refused = ask(&store, Consumption::new(key(1), &all, 2)).await.unwrap();
    let [hour, day, rate] = refused.statuses() else { panic!() };
    assert_eq!((hour.remaining(), day.remaining(), rate.remaining()), (10, 5, 0));
    assert!(rate.is_exceeded() && !hour.is_exceeded() && !day.is_exceeded());
    // Two steps of ten minutes, less the time that has passed.
    assert!(rate.wait() <= Duration::from_secs(1200), "{rate:?}");
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 1);
}

#[tokio::test]
async fn costs_are_taken_at_once_and_never_exceed_the_limit() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    for (client, quota, left) in [(1, HOUR, 6), (2, RATE, 0)] {
        let taken = ask(&store, Consumption::new(key(client), &[quota], 4)).await.unwrap();
        assert!(taken.is_admitted());
        assert_eq!(taken.statuses()[0].remaining(), left);
        let looked = ask(&store, Consumption::new(key(client), &[quota], 0)).await.unwrap();
        assert!(looked.is_admitted());
    }
    let refused = ask(&store, Consumption::new(key(1), &[HOUR], 7)).await.unwrap();
    assert!(!refused.is_admitted() && refused.statuses()[0].remaining() == 6);
}

#[tokio::test]
async fn refunded_quota_can_be_used_again() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    for (client, quota) in [(1, DAY), (2, RATE.with_burst(1))] {
        let quotas = [quota];
        let consumption = Consumption::new(key(client), &quotas, quota.capacity());
        let decision = ask(&store, consumption).await.unwrap();
        assert!(!ask_one(&store, client, quota).await.is_admitted());
        store.refund(&consumption, &decision);
        until(SOON, async || ask(&store, consumption).await.unwrap().is_admitted()).await;
    }
}

#[tokio::test]
async fn rejected_client_does_not_reach_redis_until_its_wait_is_over() {
    needs!(Redis);
    let server = Server::start();
    let hands = Hands::new();
    let store = hands.of(patient_builder(&server.url()));
    let quota = Quota::per_second(1).with_burst(1);
    assert!(ask_one(&store, 1, quota).await.is_admitted());
    let refused = ask_one(&store, 1, quota).await;
    assert_eq!(admitted(&store, 1, quota, 1000).await, 0);
    assert_eq!((server.usage("evalsha").0, store.health().cached_denials), (2, 1000));
    hands.forward(refused.statuses()[0].wait());
    assert!(ask_one(&store, 1, quota).await.is_admitted());
}

#[tokio::test]
async fn unused_keys_expire() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    // A key lives for the window and a part of it, or for one step of the rate.
    for (client, quota, last) in [(1, HOUR, 3600 * 60 / 59), (2, RATE, 600)] {
        let _ = ask_one(&store, client, quota).await;
        let [key] = &server.ask::<Vec<String>>(&["KEYS", "*"])[..] else { panic!() };
        let left = server.ask::<i64>(&["TTL", key]);
        assert!(left > last / 2 && left <= last + 1, "{quota:?}: {left}");
        let _: String = server.ask(&["FLUSHALL"]);
    }
    for (client, quota) in [(1, Quota::per_second(5)), (2, Quota::per_second(5).with_burst(5))] {
        let _ = ask_one(&store, client, quota).await;
    }
    assert_eq!(server.usage("set").0, 4);
    until(SOON, async || server.ask::<Vec<String>>(&["KEYS", "*"]).is_empty()).await;
}

#[tokio::test]
async fn forgotten_scripts_are_loaded_again() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    for client in 0..200 {
        if client % 20 == 0 {
            let _: String = server.ask(&["SCRIPT", "FLUSH"]);
        }
        assert!(ask_one(&store, client, HOUR).await.is_admitted());
    }
    assert_eq!(store.health().failures, 0);
}

#[tokio::test]
async fn flush_resets_the_quota_once() {
    needs!(Redis);
    let server = Server::start();
    let store = patient(&server.url());
    let before = admitted(&store, 1, HOUR, 7).await;
    let _: String = server.ask(&["FLUSHALL"]);
    let after = admitted(&store, 1, HOUR, 20).await;
    assert_eq!((before, after), (7, 10));
}

#[tokio::test]
async fn prefixes_separate_services() {
    needs!(Redis);
    let server = Server::start();
    let [one, other] = ["one:", "other:"]
        .map(|prefix| patient_builder(&server.url()).prefix(prefix).build().unwrap());
    assert_eq!(admitted(&one, 1, DAY, 9).await, 5);
    assert_eq!(admitted(&other, 1, DAY, 9).await, 5);
    let keys: Vec<String> = server.ask(&["KEYS", "one:{*}:window1:5/86400000000000:day"]);
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn cluster_stores_all_quotas_of_a_client_on_one_node() {
    needs!(Redis);
    let server = Server::cluster();
    let all = [HOUR, DAY, RATE];
    let consumption = Consumption::new(key(7), &all, 1);
    // It takes a while until the cluster is up.
    let is_up = async || ask(&patient(&server.url()), consumption).await.is_ok();
    until(SOON, is_up).await;
    let store = patient(&server.url());
    for client in 0..50 {
        assert!(ask(&store, Consumption::new(key(client), &all, 1)).await.unwrap().is_admitted());
    }
    assert_eq!(store.health().failures, 0);
}
