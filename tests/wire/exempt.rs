//! Tests of exempt paths: a guard, both limits and the stack compare them alike.

use std::panic::catch_unwind;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::error::ApiFuture;
use definable_errors::guard::{Exempt, Guard};
use definable_errors::rate_limit::{Global, Quota, RateLimit};
use definable_errors::stack::Stack;
use definable_errors::timeout::ConcurrencyLimit;
use definable_errors::{ApiError, ApiErrorLayer};
use http::{Request, request};

use support::{get, send};

/// A guard that rejects every request.
#[derive(Clone)]
struct Closed;

impl Guard for Closed {
    type Permit = ();

    fn admit(&self, _: &mut request::Parts) -> ApiFuture<'static, ()> {
        ApiFuture::ready(Err(ApiError::overloaded(Duration::from_secs(1))))
    }
}

async fn consume<G: Guard>(limit: &G) -> G::Permit {
    let (mut parts, _) = Request::new(Body::empty()).into_parts();
    limit.admit(&mut parts).await.unwrap()
}

fn routes() -> Router {
    let mut routes = Router::new();
    for path in ["/health", "/health/", "/HEALTH", "/api/health", "/healthy"] {
        routes = routes.route(path, on_get(|| async { "in" }));
    }
    routes
}

/// Returns which of some paths are admitted.
async fn admitted(app: Router) -> Vec<&'static str> {
    let mut admitted = Vec::new();
    for path in ["/health", "/health?deep=1", "/health/", "/HEALTH", "/api/health", "/healthy"] {
        if send(app.clone(), get(path)).await.status == 200 {
            admitted.push(path);
        }
    }
    admitted
}

#[tokio::test]
async fn exempt_path_is_compared_exactly_and_without_the_query() {
    let rate = RateLimit::new(Global, Quota::per_hour(1)).exempt(["/health"]);
    let _consumed = consume(&rate).await;
    let concurrency = ConcurrencyLimit::new(1).queue(0).exempt(["/health"]);
    let _permit = consume(&concurrency).await;
    let in_stack = ConcurrencyLimit::new(1).queue(0);
    let _permit = consume(&in_stack).await;
    for app in [
        routes().layer(Exempt::new(Closed, ["/health"])),
        routes().layer(rate),
        routes().layer(concurrency),
        routes().layer(Stack::new().rate_limit(Closed).exempt(["/health"])),
        routes().layer(Stack::new().concurrency_limit(in_stack).exempt(["/health"])),
    ] {
        assert_eq!(admitted(app.layer(ApiErrorLayer::new())).await, ["/health", "/health?deep=1"]);
    }
}

#[tokio::test]
async fn nested_router_compares_paths_without_its_prefix() {
    let inner = routes().layer(Exempt::new(Closed, ["/health"]));
    assert_eq!(admitted(Router::new().nest("/api", inner)).await, ["/api/health"]);
    let outer = Router::new().nest("/api", routes()).layer(Exempt::new(Closed, ["/api/health"]));
    assert_eq!(admitted(outer).await, ["/api/health"]);
}

#[tokio::test]
async fn exempt_paths_add_up() {
    let rate = RateLimit::new(Global, Quota::per_hour(1)).exempt(["/health"]).exempt(["/healthy"]);
    let _consumed = consume(&rate).await;
    let stack = Stack::new().rate_limit(Closed).exempt(["/health"]).exempt(["/healthy"]);
    for app in [routes().layer(rate), routes().layer(stack)] {
        assert_eq!(admitted(app).await, ["/health", "/health?deep=1", "/healthy"]);
    }
}

#[test]
fn path_that_no_request_has_panics() {
    for path in ["", "health", "/health?deep=1", "/health#top", "/{id}", "/assets/*", "/a b", "/ä"]
    {
        let panics = [
            catch_unwind(|| drop(Exempt::new(Closed, [path]))),
            catch_unwind(|| drop(RateLimit::new(Global, Quota::DEFAULT).exempt([path]))),
            catch_unwind(|| drop(ConcurrencyLimit::new(1).exempt([path]))),
            catch_unwind(|| drop(Stack::new().exempt([path]))),
        ];
        let expected = format!(
            "an exempt path is a literal path that starts with `/`, such as `/health`, not {path:?}"
        );
        for panic in panics {
            assert_eq!(*panic.unwrap_err().downcast::<String>().unwrap(), expected);
        }
    }
}
