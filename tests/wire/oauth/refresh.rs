//! Tests of refreshed tokens: concurrent callers share one exchange.

use std::time::Duration;

use futures_util::future::join_all;
use support::{get, send};

use super::provider::Reply;
use super::service::Service;

#[tokio::test]
async fn concurrent_refreshes_send_the_token_once() {
    let service = Service::start(Reply::tokens().after(Duration::from_millis(100))).await;
    let all = (0..50).map(|_| send(service.app.clone(), get("/refresh")));
    for answer in join_all(all).await {
        assert_eq!(answer.body, "access-1 refresh-2");
    }
    let [received] = &*service.provider.received() else { panic!("one request") };
    assert!(received.body.contains("grant_type=refresh_token&refresh_token=refresh-1"));
}

#[tokio::test]
async fn late_caller_gets_the_same_tokens_for_ten_seconds() {
    let service = Service::start(Reply::tokens()).await;
    for (wait, requests) in [(0, 1), (9, 1), (1, 2)] {
        service.clock.advance(Duration::from_secs(wait));
        assert_eq!(send(service.app.clone(), get("/refresh")).await.status, 200);
        assert_eq!(service.provider.received().len(), requests);
    }
}

#[tokio::test]
async fn refresh_token_that_is_not_replaced_stays() {
    let reply = Reply::new(200, r#"{"access_token":"access-1","token_type":"bearer"}"#);
    let service = Service::start(reply).await;
    assert_eq!(send(service.app.clone(), get("/refresh")).await.body, "access-1 refresh-1");
}

#[tokio::test]
async fn failed_refresh_is_a_problem_and_is_not_kept() {
    let service = Service::start(Reply::error(400, "invalid_grant")).await;
    let refused = send(service.app.clone(), get("/refresh")).await;
    assert_eq!((refused.status.as_u16(), &*refused.code()), (400, "oauth_login_expired"));
    service.provider.set(Reply::new(500, ""));
    assert_eq!(send(service.app.clone(), get("/refresh")).await.code(), "upstream_failed");
    service.provider.set(Reply::tokens());
    assert_eq!(send(service.app.clone(), get("/refresh")).await.status, 200);
}
