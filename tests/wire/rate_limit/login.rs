//! Tests of a limit on failed login attempts that admits any number of successful ones.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get as on_get, post};
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::{ApiError, ApiErrorLayer};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use support::{Answer, get, request, send};
use tokio::sync::Barrier;

use super::{Hands, stopped};

const LOGIN: Quota = Quota::per_minute(3).with_name("login");

fn limit() -> RateLimit {
    RateLimit::per_address(LOGIN).count_when(|status| status == StatusCode::UNAUTHORIZED)
}

fn app(limit: RateLimit) -> Router {
    let login = async |body: String| match &*body {
        "right" => Ok("in"),
        "broken" => Err(ApiError::bad_request("No.")),
        _ => Err(ApiError::invalid_credentials()),
    };
    Router::new().route("/", post(login).layer(limit)).layer(ApiErrorLayer::new())
}

fn with(password: &'static str) -> Request<axum::body::Body> {
    request(Method::POST, "/").map(|_| password.into())
}

fn left(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status.as_u16(), answer.header("x-ratelimit-remaining"))
}

#[tokio::test]
async fn failures_alone_count() {
    let hands = Hands::default();
    let app = app(limit().store(hands.store()));
    for _ in 0..10 {
        assert_eq!(left(&send(app.clone(), with("right")).await), (200, Some("3")));
        assert_eq!(left(&send(app.clone(), with("broken")).await), (400, Some("3")));
    }
    for remaining in ["2", "1", "0"] {
        assert_eq!(left(&send(app.clone(), with("wrong")).await), (401, Some(remaining)));
        hands.move_by(1);
    }
    // The right password is rejected, too, since it could have been guessed.
    let refused = send(app.clone(), with("right")).await;
    assert_eq!(left(&refused), (429, Some("0")));
    assert_eq!(refused.json()["violated_policies"], serde_json::json!(["login"]));
    hands.move_by(refused.header("retry-after").unwrap().parse().unwrap());
    assert_eq!(left(&send(app, with("right")).await), (200, Some("3")));
}

#[tokio::test]
async fn refunded_attempt_does_not_count() {
    let logins = RateLimit::per_address(LOGIN).store(Hands::default().store());
    let login = async move |request: Parts| {
        let attempt = logins.attempt(&request, "ada@example.com").await?;
        match request.uri.query() {
            Some("right") => attempt.refund(),
            _ => return Err(ApiError::invalid_credentials()),
        }
        Ok("in")
    };
    let app = Router::new().route("/", on_get(login)).layer(ApiErrorLayer::new());
    let status = async |uri: &str| send(app.clone(), get(uri)).await.status.as_u16();
    for _ in 0..10 {
        assert_eq!(status("/?right").await, 200);
    }
    for expected in [401, 401, 401, 429] {
        assert_eq!(status("/?wrong").await, expected);
    }
    assert_eq!(status("/?right").await, 429);
}

/// Simultaneous attempts are limited in the same way as consecutive ones.
#[tokio::test]
async fn simultaneous_attempts_do_not_exceed_the_limit() {
    let barrier = Arc::new(Barrier::new(3));
    let slow = async move |_: String| {
        barrier.wait().await;
        ApiError::invalid_credentials()
    };
    let app = Router::new().route("/", post(slow).layer(stopped(limit())));
    let tries = (0..20).map(|_| send(app.clone(), with("wrong")));
    let answers = futures_util::future::join_all(tries).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(StatusCode::UNAUTHORIZED), count(StatusCode::TOO_MANY_REQUESTS)), (3, 17));
}
