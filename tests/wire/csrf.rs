//! Tests of requests that a page of another site makes a browser send.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::routing::{any, post};
use axum::{Extension, Router};
use definable_errors::ApiErrorLayer;
use definable_errors::cors::Cors;
use definable_errors::csrf::Csrf;
use definable_errors::guard::{self, Exempt};
use definable_errors::stack::Stack;
use definable_errors::timeout::ConcurrencyLimit;
use expect_test::expect;
use http::{Method, Request, StatusCode};
use support::{Answer, Recorder, request, send, with};
use tokio::sync::Notify;

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";

type Calls = Arc<AtomicUsize>;

fn routes(calls: &Calls) -> Router {
    let count = |Extension(calls): Extension<Calls>| async move {
        calls.fetch_add(1, Ordering::Relaxed);
        "done"
    };
    Router::new()
        .route("/transfer", any(count))
        .route("/saml", post(count))
        .layer(Extension(calls.clone()))
}

fn app() -> Router {
    routes(&Calls::default()).layer(Csrf::new()).layer(ApiErrorLayer::new())
}

/// A request to `localhost` with the headers that a browser adds for a page.
fn from_page(method: Method, headers: &[(&str, &str)]) -> Request<Body> {
    with(method, "/transfer", headers, Body::empty())
}

async fn status(app: &Router, request: Request<Body>) -> StatusCode {
    send(app.clone(), request).await.status
}

async fn forged(app: Router, origin: &str) -> Answer {
    let headers = [("origin", origin), ("sec-fetch-site", "cross-site")];
    send(app, from_page(Method::POST, &headers)).await
}

#[tokio::test]
async fn forged_request_is_a_problem_and_reaches_no_handler() {
    let (calls, recorder) = (Calls::default(), Recorder::default());
    let app =
        routes(&calls).layer(Csrf::new()).layer(ApiErrorLayer::new().report(recorder.clone()));
    let answer = forged(app, EVIL).await;
    answer.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/cross_site_request"
        title: "Cross-site request"
        status: 403
        detail: "The request was sent by a page of another site."
        instance: "urn:uuid:<id>"
        code: "cross_site_request"
        request_id: "<id>"
    "#]]);
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    let notes = recorder.notes();
    assert!(notes.contains(r#"Origin: "https://evil.example", Sec-Fetch-Site: "cross-site""#));
}

#[tokio::test]
async fn every_changing_method_is_checked_and_no_safe_one() {
    let app = app();
    let headers = [("origin", EVIL), ("sec-fetch-site", "cross-site")];
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let status = status(&app, from_page(method.clone(), &headers)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method}");
    }
    let made_up = Method::from_bytes(b"PROPPATCH").unwrap();
    assert_eq!(status(&app, from_page(made_up, &headers)).await, StatusCode::FORBIDDEN);
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::QUERY] {
        let status = status(&app, from_page(method.clone(), &headers)).await;
        assert_eq!(status, StatusCode::OK, "{method}");
    }
}

#[tokio::test]
async fn own_pages_and_programs_are_admitted() {
    let app = app();
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://localhost")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://localhost")],
        &[("origin", "http://localhost")],
        &[("origin", "")],
    ] {
        let status = status(&app, from_page(Method::POST, headers)).await;
        assert_eq!(status, StatusCode::OK, "{headers:?}");
    }
}

#[tokio::test]
async fn anything_else_from_a_browser_is_rejected() {
    let app = app();
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site"), ("origin", "https://blog.localhost")],
        &[("sec-fetch-site", "Same-Origin")],
        &[("origin", EVIL)],
        &[("origin", "null")],
        &[("origin", "https://localhost:8443")],
        &[("origin", "https://localhost.evil.example")],
        &[("origin", "ftp://localhost")],
        &[("origin", "\u{fe}\u{ff}")],
    ] {
        let status = status(&app, from_page(Method::POST, headers)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{headers:?}");
    }
}

#[tokio::test]
async fn trusted_origin_is_admitted_if_it_is_sent_once() {
    let csrf = Csrf::new().trusted_origins([APP]).unwrap();
    let app = routes(&Calls::default()).layer(csrf).layer(ApiErrorLayer::new());
    assert_eq!(forged(app.clone(), APP).await.status, StatusCode::OK);
    for origin in [EVIL, "null", "https://app.example.com:444", "https://app.example.com."] {
        assert_eq!(forged(app.clone(), origin).await.status, StatusCode::FORBIDDEN, "{origin}");
    }
    let twice = [("origin", APP), ("origin", EVIL), ("sec-fetch-site", "cross-site")];
    assert_eq!(status(&app, from_page(Method::POST, &twice)).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn exempt_path_is_not_checked() {
    let routes = routes(&Calls::default());
    let app = routes.layer(Exempt::new(Csrf::new(), ["/saml"])).layer(ApiErrorLayer::new());
    let headers = [("origin", EVIL), ("sec-fetch-site", "cross-site")];
    let mut saml = from_page(Method::POST, &headers);
    *saml.uri_mut() = "/saml".parse().unwrap();
    assert_eq!(status(&app, saml).await, StatusCode::OK);
    assert_eq!(forged(app, EVIL).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn it_is_a_guard_among_others() {
    let layer = guard::layer((Csrf::new(), ConcurrencyLimit::new(8)));
    let app = routes(&Calls::default()).layer(layer).layer(ApiErrorLayer::new());
    assert_eq!(forged(app, EVIL).await.code(), "cross_site_request");
}

fn stack<O>(cors: Cors<O>) -> Router {
    let limit = ConcurrencyLimit::new(8);
    let stack = Stack::new().csrf(Csrf::new()).cors(cors).concurrency_limit(limit);
    routes(&Calls::default()).layer(stack)
}

#[tokio::test]
async fn stack_trusts_the_origins_that_may_send_credentials() {
    let app = stack(Cors::origins([APP]).unwrap().credentials());
    assert_eq!(forged(app.clone(), APP).await.status, StatusCode::OK);
    assert_eq!(forged(app.clone(), "null").await.status, StatusCode::FORBIDDEN);
    // The page may read what went wrong.
    let rejected = forged(app, EVIL).await;
    assert_eq!(rejected.status, StatusCode::FORBIDDEN);
    assert!(rejected.headers.contains_key("x-request-id"));
    assert_eq!(rejected.header("access-control-allow-credentials"), Some("true"));
}

#[tokio::test]
async fn stack_trusts_no_origin_that_may_not_send_credentials() {
    let without_credentials = stack(Cors::origins([APP]).unwrap());
    assert_eq!(forged(without_credentials, APP).await.status, StatusCode::FORBIDDEN);
    let with_null = stack(Cors::origins([APP]).unwrap().null_origin());
    for origin in [APP, "null"] {
        assert_eq!(forged(with_null.clone(), origin).await.status, StatusCode::FORBIDDEN);
    }
    let none = routes(&Calls::default()).layer(Stack::new().csrf(Csrf::new()));
    assert_eq!(forged(none, APP).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn stack_for_development_trusts_pages_of_this_machine() {
    let app = stack(Cors::development());
    assert_eq!(forged(app.clone(), "http://localhost:5173").await.status, StatusCode::OK);
    assert_eq!(forged(app, EVIL).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn preflight_of_a_trusted_page_is_answered_by_cors() {
    let app = stack(Cors::origins([APP]).unwrap().credentials());
    let headers = [
        ("origin", APP),
        ("sec-fetch-site", "cross-site"),
        ("access-control-request-method", "DELETE"),
    ];
    let answer = send(app, from_page(Method::OPTIONS, &headers)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
}

#[tokio::test]
async fn it_stands_outside_the_limits() {
    let full = ConcurrencyLimit::new(1);
    let stack = Stack::new().csrf(Csrf::new()).concurrency_limit(full.clone());
    let entered = Arc::new(Notify::new());
    let notified = entered.clone();
    let wait = || async move {
        notified.notify_one();
        pending::<()>().await;
    };
    let app = routes(&Calls::default()).route("/held", post(wait)).layer(stack);
    let holds = tokio::spawn(send(app.clone(), request(Method::POST, "/held")));
    entered.notified().await;
    assert_eq!(forged(app.clone(), EVIL).await.code(), "cross_site_request");
    let honest = send(app, request(Method::POST, "/transfer")).await;
    assert_eq!(honest.code(), "overloaded");
    holds.abort();
}

#[test]
fn any_origin_and_the_check_are_refused_in_either_order() {
    let refused = |build: fn() -> Stack| {
        let error = std::panic::catch_unwind(build).unwrap_err();
        let text = *error.downcast::<&str>().unwrap();
        assert!(text.starts_with("`Cors::any_origin` and `csrf` contradict"), "{text}");
    };
    refused(|| Stack::new().cors(Cors::any_origin()).csrf(Csrf::new()));
    refused(|| Stack::new().csrf(Csrf::new()).cors(Cors::any_origin()));
}
