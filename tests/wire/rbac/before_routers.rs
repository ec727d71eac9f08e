//! Tests of every guard in front of a whole router.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::get as on_get;
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::rbac::{Concealed, Member, Require, RequireLevel, RequireScope};
use definable_errors::{ApiError, ApiErrorLayer, guard};
use http::Method;
use support::{get, request, send};

use super::hidden::NoKb;
use super::service::{AppState, JobsRead, KbWrite, Org, as_user, state};

fn behind<G: FromRequestParts<AppState, Rejection = ApiError> + 'static>() -> Router {
    Router::new()
        .route("/", on_get(|| async { "in" }))
        .route_layer(guard::from_extractor::<G, _>(state()))
        .layer(ApiErrorLayer::new())
}

async fn answers<G>() -> [String; 3]
where
    G: FromRequestParts<AppState, Rejection = ApiError> + 'static,
{
    let text = async |request| {
        let answer = send(behind::<G>(), request).await;
        answer.check();
        if answer.status.is_success() { answer.body } else { answer.code() }
    };
    [text(get("/")).await, text(as_user("guest", "/")).await, text(as_user("owner", "/")).await]
}

#[tokio::test]
async fn every_guard_can_protect_a_router() {
    let expected = |denied: &str| ["missing_credentials", denied, "in"].map(ToOwned::to_owned);
    assert_eq!(answers::<Member<Org>>().await, expected("in"));
    assert_eq!(answers::<Require<JobsRead>>().await, expected("insufficient_permissions"));
    assert_eq!(answers::<RequireLevel<80, Member<Org>>>().await, expected("insufficient_role"));
    assert_eq!(answers::<RequireScope<KbWrite>>().await, expected("insufficient_scope"));
    assert_eq!(answers::<Concealed<Require<JobsRead>, NoKb>>().await, expected("kb_not_found"));
}

/// A limit by caller is inside of the guard, so that 401 and 403 use up no quota.
#[tokio::test]
async fn rejected_caller_uses_up_no_quota() {
    let app = Router::new()
        .route("/", on_get(|| async { "in" }))
        .layer(RateLimit::per_caller(Quota::per_minute(5)))
        .layer(guard::from_extractor::<Require<JobsRead>, _>(state()))
        .layer(ApiErrorLayer::new());
    for _ in 0..9 {
        for (request, status) in [(get("/"), 401), (as_user("guest", "/"), 403)] {
            let answer = send(app.clone(), request).await;
            assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (status, None));
        }
    }
    let answer = send(app, as_user("owner", "/")).await;
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("4"));
}

#[tokio::test]
async fn unknown_route_stays_unknown() {
    let answer = send(behind::<Require<KbWrite>>(), request(Method::GET, "/nowhere")).await;
    assert_eq!(answer.code(), "route_not_found");
}
