//! Tests of limits by the subject that authentication found.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::get as on_get;
use definable_errors::context::Subject;
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::{ApiError, ApiErrorLayer, RequestContext, guard};
use http::request::Parts;
use support::{get, send};

use super::{is_admitted, remaining, stopped, with};

/// An extractor for `<user> <password>`; all users have the same password.
struct Login;

impl<S: Sync> FromRequestParts<S> for Login {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Some(credentials) = parts.headers.get("authorization") else { return Ok(Self) };
        let (user, password) = credentials.to_str().unwrap().split_once(' ').unwrap();
        if password != "right" {
            return Err(ApiError::invalid_credentials());
        }
        let subject = Subject::user(user);
        let Ok(context) = RequestContext::from_request_parts(parts, state).await;
        context.set_subject(subject);
        Ok(Self)
    }
}

fn app() -> Router {
    Router::new()
        .route("/", on_get(|| async { "in" }))
        .layer(stopped(RateLimit::per_caller(Quota::per_minute(2))))
        .layer(guard::from_extractor::<Login, _>(()))
        .layer(ApiErrorLayer::new())
}

#[tokio::test]
async fn subjects_are_counted_separately_on_any_address() {
    let app = app();
    assert_eq!(remaining(&app, with("authorization", "ada right")).await, 1);
    assert_eq!(remaining(&app, with("authorization", "grace right")).await, 1);
    assert_eq!(remaining(&app, with("authorization", "ada right")).await, 0);
    assert!(!is_admitted(&app, with("authorization", "ada right")).await);
}

#[tokio::test]
async fn address_counts_without_a_subject() {
    let app = app();
    assert_eq!(remaining(&app, get("/")).await, 1);
    assert_eq!(remaining(&app, with("authorization", "ada right")).await, 1);
    assert_eq!(remaining(&app, get("/")).await, 0);
}

#[tokio::test]
async fn rejected_login_uses_up_no_quota() {
    let app = app();
    for _ in 0..5 {
        let answer = send(app.clone(), with("authorization", "ada wrong")).await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (401, None));
    }
    assert_eq!(remaining(&app, with("authorization", "ada right")).await, 1);
}
