use std::time::Duration;

use definable_errors::rate_limit::{Quota, QuotaStore, Take};

use super::{Server, admitted, ask, ask_one, key, patient, until};

const HOUR: Quota = Quota::per_hour(10).named("hour");
const MINUTE: Quota = Quota::per_minute(5).named("minute");
const RATE: Quota = Quota::per_minute(60).with_burst(3).named("rate");
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_decision_about_all_quotas_is_one_round_trip() {
    let server = Server::start();
    let store = patient(&server.url());
    for client in 0..100 {
        let take = Take::new(key(client), &[HOUR, MINUTE, RATE], 1);
        assert!(ask(&store, take).await.unwrap().is_admitted());
    }
    // The text was told once.
    assert_eq!((server.usage("evalsha").0, server.usage("eval").0), (100, 1));
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 300);
}

#[tokio::test]
async fn the_cost_is_taken_from_all_quotas_or_from_none() {
    let server = Server::start();
    let store = patient(&server.url());
    assert_eq!(admitted(&store, 1, RATE, 3).await, 3);
    let all = [HOUR, MINUTE, RATE];
    let refused = ask(&store, Take::new(key(1), &all, 2)).await.unwrap();
    let [hour, minute, rate] = refused.standings() else { panic!() };
    assert_eq!((hour.remaining(), minute.remaining(), rate.remaining()), (10, 5, 0));
    assert!(rate.is_exceeded() && !hour.is_exceeded() && !minute.is_exceeded());
    // Two steps of a second, less what has passed.
    assert!(rate.wait() > Duration::from_millis(1000) && rate.wait() <= Duration::from_secs(2));
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 1);
}

#[tokio::test]
async fn costs_are_taken_at_once_and_never_more_than_there_can_be() {
    let server = Server::start();
    let store = patient(&server.url());
    for (client, quota, left) in [(1, HOUR, 6), (2, RATE, 0)] {
        let taken = ask(&store, Take::new(key(client), &[quota], 4)).await.unwrap();
        assert!(taken.is_admitted());
        assert_eq!(taken.standings()[0].remaining(), left);
        let looked = ask(&store, Take::new(key(client), &[quota], 0)).await.unwrap();
        assert!(looked.is_admitted());
    }
    let refused = ask(&store, Take::new(key(1), &[HOUR], 7)).await.unwrap();
    assert!(!refused.is_admitted() && refused.standings()[0].remaining() == 6);
}

#[tokio::test]
async fn what_is_given_back_can_be_taken_again() {
    let server = Server::start();
    let store = patient(&server.url());
    for (client, quota) in [(1, MINUTE), (2, RATE.with_burst(1))] {
        let quotas = [quota];
        let take = Take::new(key(client), &quotas, quota.capacity());
        let decision = ask(&store, take).await.unwrap();
        assert!(!ask_one(&store, client, quota).await.is_admitted());
        store.give_back(&take, &decision);
        until(SOON, async || ask(&store, take).await.unwrap().is_admitted()).await;
    }
}

#[tokio::test]
async fn who_is_refused_does_not_reach_redis_until_the_wait_is_over() {
    let server = Server::start();
    let store = patient(&server.url());
    let quota = Quota::per_second(1).with_burst(1);
    assert!(ask_one(&store, 1, quota).await.is_admitted());
    let refused = ask_one(&store, 1, quota).await;
    let before = server.usage("evalsha").0;
    let flood = admitted(&store, 1, quota, 1000).await;
    let asked = server.usage("evalsha").0 - before;
    assert!(asked <= u64::from(flood) + 1, "{flood} were admitted, {asked} asked");
    assert!(store.health().repeated >= 900);
    tokio::time::sleep(refused.standings()[0].wait()).await;
    assert!(ask_one(&store, 1, quota).await.is_admitted() || flood > 0);
}

#[tokio::test]
async fn keys_expire_when_nothing_is_used_any_more() {
    let server = Server::start();
    let store = patient(&server.url());
    let window = Quota::per_second(5);
    for (client, quota) in [(1, window), (2, RATE)] {
        ask_one(&store, client, quota).await;
    }
    assert_eq!(server.ask::<u64>(&["DBSIZE"]), 2);
    // The window and a part of it; a step of the rate.
    until(SOON, async || server.ask::<Vec<String>>(&["KEYS", "*"]).is_empty()).await;
}

// gate 15
#[tokio::test]
async fn scripts_that_are_forgotten_are_told_again() {
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

// gate 16
#[tokio::test]
async fn who_flushes_forgives_once() {
    let server = Server::start();
    let store = patient(&server.url());
    let before = admitted(&store, 1, HOUR, 7).await;
    let _: String = server.ask(&["FLUSHALL"]);
    let after = admitted(&store, 1, HOUR, 20).await;
    assert_eq!((before, after), (7, 10));
}

#[tokio::test]
async fn prefixes_keep_services_apart() {
    let server = Server::start();
    let [one, other] = ["one:", "other:"].map(|prefix| patient(&server.url()).prefix(prefix));
    assert_eq!(admitted(&one, 1, MINUTE, 9).await, 5);
    assert_eq!(admitted(&other, 1, MINUTE, 9).await, 5);
    let keys: Vec<String> = server.ask(&["KEYS", "one:{*}:window1:5/60000000000:minute"]);
    assert_eq!(keys.len(), 1);
}
