use definable_errors::rate_limit::{OnFailure, RedisStore};
use reqwest::Response;
use serde_json::Value;

use super::shared::{QUOTA, serve};
use super::{Port, SECRET, Server, patient};

/// The first answer of a service whose Redis is not there.
async fn without(on_failure: OnFailure) -> Response {
    let port = Port::claim();
    let url = format!("redis://:hunter2@{}", port.address());
    answer(RedisStore::connect(&url, SECRET, on_failure).unwrap()).await
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
async fn closed_is_a_503_that_tells_nothing_of_redis() {
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
async fn open_admits_and_tells_no_quota() {
    let answer = without(OnFailure::Open).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "ratelimit")), (200, None));
}

#[tokio::test]
async fn locally_the_share_is_what_is_left() {
    let answer = without(OnFailure::Local { replicas: 3 }).await;
    assert_eq!(answer.status(), 200);
    let left = format!("\"default\";r={};t=", QUOTA.limit() / 3 - 1);
    assert!(header(&answer, "ratelimit").unwrap().starts_with(&left), "{answer:?}");
}

#[tokio::test]
async fn headers_tell_what_redis_says() {
    let server = Server::start();
    let answer = answer(patient(&server.url())).await;
    assert_eq!(answer.status(), 200);
    let left = format!("\"default\";r={};t=", QUOTA.limit() - 1);
    assert!(header(&answer, "ratelimit").unwrap().starts_with(&left), "{answer:?}");
    assert_eq!(header(&answer, "ratelimit-policy"), Some("\"default\";q=300;w=3600"));
}
