//! Tests of what a handler or a middleware adds to an error on its way to the layer.

use std::time::Duration;

use axum::Router;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get as on_get;
use definable_errors::problem::{
    ErrorStatus, INVALID_TOKEN, Problem, SERVICE_UNAVAILABLE, UNAUTHORIZED,
};
use definable_errors::{ApiError, ApiErrorLayer, Challenge};
use http::{StatusCode, header};
use support::{Answer, get, send};

async fn answer<R>(handler: impl Fn() -> R + Clone + Send + Sync + 'static) -> Answer
where
    R: IntoResponse + Send + 'static,
{
    let layer = ApiErrorLayer::new().challenge(Challenge::bearer("orders"));
    let handler = on_get(|| async move { handler() });
    let answer = send(Router::new().route("/", handler).layer(layer), get("/")).await;
    answer.check();
    answer
}

fn challenges(answer: &Answer) -> Vec<&str> {
    let all = answer.headers.get_all(header::WWW_AUTHENTICATE).iter();
    all.map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test]
async fn retry_after_member_equals_the_header() {
    let wait = [(header::RETRY_AFTER, "60")];
    let late = answer(move || (wait.clone(), ApiError::new(&SERVICE_UNAVAILABLE))).await;
    assert_eq!((late.header("retry-after"), &late.json()["retry_after"]), (Some("60"), &60.into()));
}

#[tokio::test]
async fn invalid_wait_is_replaced() {
    for wait in ["soon", "+5", "1.5", "-3", "99999999999"] {
        let bare = answer(move || (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", wait)])).await;
        assert!(bare.json()["retry_after"].is_number(), "{wait}");
        let error = move || ApiError::new(&SERVICE_UNAVAILABLE).with_header("retry-after", wait);
        assert!(answer(error).await.json()["retry_after"].is_number(), "{wait}");
    }
}

#[tokio::test]
async fn added_challenge_is_kept() {
    let more = AppendHeaders([(header::WWW_AUTHENTICATE, "Negotiate")]);
    let answer = answer(move || (more.clone(), ApiError::new(&UNAUTHORIZED))).await;
    assert_eq!(challenges(&answer), ["Bearer realm=\"orders\"", "Negotiate"]);
}

#[tokio::test]
async fn foreign_challenges_are_kept() {
    let said = ["Bearer realm=\"api\"", "Basic realm=\"x\""];
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let headers = AppendHeaders(said.map(|value| (header::WWW_AUTHENTICATE, value)));
        assert_eq!(challenges(&answer(move || (status, headers.clone())).await), said);
    }
}

#[tokio::test]
async fn adopted_problem_has_the_challenge_of_its_type() {
    let adopt = |_: ErrorStatus, _: &[u8]| Some(Problem::new(&INVALID_TOKEN));
    let layer = ApiErrorLayer::new().challenge(Challenge::bearer("orders")).adopt(adopt);
    let foreign = |challenge: Option<&'static str>| {
        let challenge = challenge.map(|challenge| [(header::WWW_AUTHENTICATE, challenge)]);
        let handler = async move || (StatusCode::UNAUTHORIZED, challenge, "token is too old");
        send(Router::new().route("/", on_get(handler)).layer(layer.clone()), get("/"))
    };
    let own = "Bearer realm=\"orders\", error=\"invalid_token\"";
    assert_eq!(challenges(&foreign(None).await), [own]);
    let said = "Basic realm=\"x\"";
    assert_eq!(challenges(&foreign(Some(said)).await), [said]);
}

#[tokio::test]
async fn map_can_change_the_wait() {
    let layer =
        ApiErrorLayer::new().map(|problem, _| problem.with_retry_after(Duration::from_secs(60)));
    let handler = on_get(|| async { ApiError::new(&SERVICE_UNAVAILABLE) });
    let answer = send(Router::new().route("/", handler).layer(layer), get("/")).await;
    answer.check();
    assert_eq!(answer.header("retry-after"), Some("60"));
}
