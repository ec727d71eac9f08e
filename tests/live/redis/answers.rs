use definable_errors::rate_limit::{OnFailure, RedisStore};
use reqwest::Response;
use serde_json::Value;

use super::shared::{QUOTA, serve};
use super::{Port, SECRET, Server, patient};

/// Returns the first response of a service whose Redis is unreachable.
async fn without(on_failure: OnFailure) -> Response {
    let port = Port::claim();
    let url = format!("redis://:hunter2@{}", port.address());
    answer(RedisStore::new(&url, SECRET, on_failure).unwrap()).await
}

async fn answer(store: RedisStore) -> Response {
    let address = serve(store).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("http://{address}")).send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn closed_limit_is_a_503_that_reveals_nothing_of_redis() {
    let answer = without(OnFailure::Closed).await;
    assert_eq!(answer.status(), 503);
    let wait: u32 = header(&answer, "retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    assert_eq!(header(&answer, "ratelimit"), None);
    let body = answer.text().await.unwrap();
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&problem["code"], &problem["status"]), (&"overloaded".into(), &503.into()));
    for private in ["edis", "hunter2", "127.0.0.1", "refused", "limit", "late"] {
        assert!(!body.contains(private), "{body}");
    }
}

#[tokio::test]
async fn open_limit_admits_and_sends_no_quota() {
    let answer = without(OnFailure::Open).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "ratelimit")), (200, None));
}

#[tokio::test]
async fn local_share_is_the_remaining_quota() {
    let answer = without(OnFailure::Local { replicas: 3 }).await;
    assert_eq!(answer.status(), 200);
    let left = format!("\"default\";r={};t=", QUOTA.limit() / 3 - 1);
    assert!(header(&answer, "ratelimit").unwrap().starts_with(&left), "{answer:?}");
}

#[tokio::test]
async fn headers_contain_the_quota_in_redis() {
    let server = Server::start();
    let answer = answer(patient(&server.url())).await;
    assert_eq!(answer.status(), 200);
    let left = format!("\"default\";r={};t=", QUOTA.limit() - 1);
    assert!(header(&answer, "ratelimit").unwrap().starts_with(&left), "{answer:?}");
    assert_eq!(header(&answer, "ratelimit-policy"), Some("\"default\";q=300;w=3600"));
}
