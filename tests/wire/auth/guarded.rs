//! Tests of whole routers behind a guard, and of one verification per request.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::auth::{Authenticated, Bearer, MaybeAuthenticated, Verify};
use definable_errors::problem::{ProblemType, ProblemTypes};
use definable_errors::{ApiErrorLayer, guard};
use http::Method;
use support::{Answer, get, request, send};

use super::service::{Sessions, User, app, routes, state, with};

fn guarded() -> Router {
    let state = state();
    routes()
        .route("/open-inside", on_get(|| async { "in" }))
        .route_layer(guard::from_extractor::<Authenticated<User>, _>(state.clone()))
        .layer(ApiErrorLayer::new())
        .with_state(state)
}

async fn code(request: http::Request<axum::body::Body>) -> (u16, String) {
    let answer: Answer = send(guarded(), request).await;
    answer.check();
    (answer.status.as_u16(), answer.code())
}

#[tokio::test]
async fn guard_protects_every_route() {
    assert_eq!(code(get("/open-inside")).await, (401, "missing_credentials".into()));
    assert_eq!(code(get("/greet")).await, (401, "missing_credentials".into()));
    assert_eq!(code(with("/me", &["Bearer forged"])).await, (401, "invalid_token".into()));
    assert_eq!(send(guarded(), with("/open-inside", &["Bearer good"])).await.body, "in");
}

#[tokio::test]
async fn routes_are_matched_before_authentication() {
    assert_eq!(code(get("/nowhere")).await, (404, "route_not_found".into()));
    let wrong = send(app(), request(Method::POST, "/me")).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, Some("GET,HEAD")));
    assert_eq!(wrong.header("www-authenticate"), None);
}

// A layer also runs before the method is matched, so it authenticates first; only accepted callers
// see `Allow`.
#[tokio::test]
async fn guard_on_a_whole_router_runs_before_the_method_is_matched() {
    assert_eq!(code(request(Method::POST, "/me")).await, (401, "missing_credentials".into()));
    let mut known = with("/me", &["Bearer good"]);
    *known.method_mut() = Method::POST;
    let wrong = send(guarded(), known).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, Some("GET,HEAD")));
}

#[tokio::test]
async fn request_is_verified_once() {
    let sessions = Sessions::default();
    let verifier: Arc<dyn Verify<User>> = Arc::new(sessions.clone());
    let handler = |one: Authenticated<User>, MaybeAuthenticated(two): MaybeAuthenticated<User>| async move {
        format!("{} {}", one.name, two.unwrap().name)
    };
    let app = Router::new()
        .route("/", on_get(handler))
        .layer(guard::from_extractor::<Authenticated<User>, _>(verifier.clone()))
        .with_state(verifier);
    assert_eq!(send(app, with("/", &["Bearer good"])).await.body, "ada ada");
    assert_eq!(sessions.0.load(Ordering::Relaxed), 1);
}

// The decision of one verifier does not bind another one.
#[tokio::test]
async fn second_verifier_verifies_again() {
    let (outer, inner) = (Sessions::default(), Sessions::default());
    let verifier: Arc<dyn Verify<User>> = Arc::new(outer.clone());
    let other: Arc<dyn Verify<User>> = Arc::new(inner.clone());
    let app = Router::new()
        .route("/", on_get(|user: Authenticated<User>| async move { user.name.clone() }))
        .layer(guard::from_extractor::<Authenticated<User>, _>(verifier))
        .with_state(other);
    assert_eq!(send(app, with("/", &["Bearer good"])).await.body, "ada");
    assert_eq!((outer.0.load(Ordering::Relaxed), inner.0.load(Ordering::Relaxed)), (1, 1));
}

#[tokio::test]
async fn raw_token_can_be_extracted() {
    let app: Router =
        Router::new().route("/", on_get(|token: Bearer| async move { format!("{token:?}") }));
    assert_eq!(send(app.clone(), with("/", &["Bearer abc"])).await.body, "Bearer(…)");
    assert_eq!(send(app, get("/")).await.code(), "missing_credentials");
}

#[test]
fn extractor_lists_its_problem_types() {
    let codes: Vec<_> = Authenticated::<User>::TYPES.iter().map(ProblemType::code).collect();
    let expected = [
        "invalid_authorization",
        "missing_credentials",
        "invalid_token",
        "token_expired",
        "keys_unavailable",
    ];
    assert_eq!(codes, expected);
}

// Authentication comes before the rest of the request: 401, then 415 and 400.
#[tokio::test]
async fn unauthenticated_request_is_rejected_before_its_body_is_read() {
    let create = |_: Authenticated<User>, _: axum::Json<serde_json::Value>| async { "made" };
    let app = Router::new()
        .route("/", axum::routing::post(create))
        .layer(ApiErrorLayer::new())
        .with_state(state());
    let post = |fields: &[&str], content: &'static str, body: &'static str| {
        let mut request = with("/", fields).map(|_| axum::body::Body::from(body));
        *request.method_mut() = Method::POST;
        request.headers_mut().insert("content-type", http::HeaderValue::from_static(content));
        request
    };
    let code = async |request| send(app.clone(), request).await.code();
    assert_eq!(code(post(&[], "text/plain", "{")).await, "missing_credentials");
    assert_eq!(code(post(&["Bearer good"], "text/plain", "{")).await, "unsupported_media_type");
    let json = "application/json";
    assert_eq!(code(post(&["Bearer forged"], json, "{")).await, "invalid_token");
    assert_eq!(code(post(&["Bearer good"], json, "{")).await, "malformed_body");
}
