//! What clients receive while Redis is unreachable.

use definable_errors::rate_limit::{OnFailure, RedisStore};
use support::{Answer, get, needs, send_to};

use super::shared::{QUOTA, serve};
use super::{Port, SECRET, Server, patient};

/// Returns the first response of a service whose Redis is unreachable.
async fn without(on_failure: OnFailure) -> Answer {
    let port = Port::claim();
    let url = format!("redis://:hunter2@{}", port.address());
    answer(RedisStore::new(&url, SECRET, on_failure).unwrap()).await
}

async fn answer(store: RedisStore) -> Answer {
    send_to(serve(store).await, get("/")).await
}

#[tokio::test]
async fn closed_limit_is_a_503_that_reveals_nothing_of_redis() {
    let answer = without(OnFailure::Closed).await;
    assert_eq!(answer.status, 503);
    let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    assert_eq!(answer.header("ratelimit"), None);
    let problem = answer.json();
    assert_eq!((&problem["code"], &problem["status"]), (&"overloaded".into(), &503.into()));
    for private in ["edis", "hunter2", "127.0.0.1", "refused", "limit", "late"] {
        assert!(!answer.body.contains(private), "{}", answer.body);
    }
}

#[tokio::test]
async fn open_limit_admits_and_sends_no_quota() {
    let answer = without(OnFailure::Open).await;
    assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, None));
}

#[tokio::test]
async fn local_share_is_the_remaining_quota() {
    let answer = without(OnFailure::Local { replicas: 3 }).await;
    assert_eq!(answer.status, 200);
    let left = format!("\"default\";r={};t=", QUOTA.limit() / 3 - 1);
    assert!(answer.header("ratelimit").unwrap().starts_with(&left), "{answer:?}");
}

#[tokio::test]
async fn headers_contain_the_quota_in_redis() {
    needs!(Redis);
    let server = Server::start();
    let answer = answer(patient(&server.url())).await;
    assert_eq!(answer.status, 200);
    let left = format!("\"default\";r={};t=", QUOTA.limit() - 1);
    assert!(answer.header("ratelimit").unwrap().starts_with(&left), "{answer:?}");
    assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=300;w=3600"));
}
