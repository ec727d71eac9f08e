//! Tests of stores that respond slowly, and of stores that fail.

use std::time::Duration;

use axum::Router;
use definable_errors::ApiError;
use definable_errors::error::ApiFuture;
use definable_errors::rate_limit::{
    ConsumeOutcome, Consumption, Decision, KeySeed, Quota, QuotaStatus, QuotaStore, RateLimit,
};
use http::StatusCode;
use support::{get, send};

use super::app;

/// A store that gives the configured response after a while.
#[derive(Clone)]
enum Remote {
    Decides(Decision),
    Fails,
    IsDown,
}

impl QuotaStore for Remote {
    fn seed(&self) -> KeySeed {
        KeySeed::from_secret(b"shared")
    }

    fn consume(&self, _: &Consumption<'_>) -> ConsumeOutcome {
        match self {
            Self::IsDown => ConsumeOutcome::Failed(ApiError::overloaded(Duration::from_secs(2))),
            _ => ConsumeOutcome::Deferred,
        }
    }

    fn consume_deferred<'a>(&'a self, consumption: Consumption<'a>) -> ApiFuture<'a, Decision> {
        ApiFuture::boxed(async move {
            tokio::task::yield_now().await;
            assert_eq!((consumption.quotas(), consumption.cost()), (&[Quota::DEFAULT][..], 1));
            match self {
                Self::Decides(decision) => Ok(decision.clone()),
                _ => Err(ApiError::overloaded(Duration::from_secs(3)).with_note("no answer")),
            }
        })
    }

    fn refund(&self, _: &Consumption<'_>, _: &Decision) {}
}

fn with(remote: Remote) -> Router {
    app(RateLimit::per_address(Quota::DEFAULT).store(remote))
}

#[tokio::test]
async fn slow_store_is_awaited() {
    let minute = Duration::from_secs(60);
    let within = Decision::new([QuotaStatus::within(41, minute)]);
    let answer = send(with(Remote::Decides(within)), get("/")).await;
    assert_eq!(answer.header("ratelimit"), Some("\"default\";r=41;t=60"));
    let exceeded = QuotaStatus::exceeded(0, minute, Duration::from_millis(6_001));
    let answer = send(with(Remote::Decides(Decision::new([exceeded]))), get("/")).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("7")));
}

#[tokio::test]
async fn quota_that_a_store_did_not_count_is_not_sent() {
    let answer = send(with(Remote::Decides(Decision::unmetered())), get("/")).await;
    assert_eq!((&*answer.body, answer.header("ratelimit")), ("in", None));
}

#[tokio::test]
async fn failing_store_sends_its_retry_after() {
    for (remote, wait) in [(Remote::Fails, "3"), (Remote::IsDown, "2")] {
        let answer = send(with(remote), get("/")).await;
        answer.check();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!((&*answer.code(), answer.header("retry-after")), ("overloaded", Some(wait)));
        assert!(!answer.body.contains("no answer"));
    }
}

/// A rejection never announces zero seconds, even if a store returns zero.
#[tokio::test]
async fn shortest_wait_is_a_second() {
    let now = QuotaStatus::exceeded(0, Duration::ZERO, Duration::ZERO);
    let answer = send(with(Remote::Decides(Decision::new([now]))), get("/")).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("1")));
}
