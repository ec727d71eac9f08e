//! Tests of a small guard, written as the docs of `guard` recommend.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::get as on_get;
use definable_errors::error::ApiFuture;
use definable_errors::guard::{self, Guard};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{HeaderValue, request, response};
use support::{get, send};

/// A guard that admits a number of requests, and sends how many are left.
#[derive(Clone)]
struct Tickets(Arc<AtomicUsize>);

impl Guard for Tickets {
    type Permit = usize;

    fn admit(&self, _: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        let left =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        ApiFuture::ready(left.map_err(|_| ApiError::overloaded(std::time::Duration::from_secs(3))))
    }

    fn on_response(&self, before: usize, response: &mut response::Parts) {
        response.headers.insert("x-remaining", HeaderValue::from(before - 1));
    }
}

fn tickets(count: usize) -> Tickets {
    Tickets(Arc::new(AtomicUsize::new(count)))
}

fn app<L>(layer: L) -> Router
where
    L: tower::Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
    L::Service: tower::Service<
            request::Request<axum::body::Body>,
            Response = axum::response::Response,
            Error = std::convert::Infallible,
            Future: Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static,
{
    Router::new().route("/", on_get(|| async { "in" })).layer(layer).layer(ApiErrorLayer::new())
}

#[tokio::test]
async fn guard_admits_and_then_rejects() {
    let app = app(guard::layer(tickets(1)));
    send(app.clone(), get("/")).await.is(&expect![[r#"
        200 OK
        content-type: text/plain; charset=utf-8
        x-remaining: 0
        x-request-id: <id>

        in"#]]);
    send(app, get("/")).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 3
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/overloaded"
        title: "Overloaded"
        status: 503
        detail: "Overloaded"
        instance: "urn:uuid:<id>"
        code: "overloaded"
        request_id: "<id>"
        retry_after: 3
        retryable: true
    "#]]);
}

#[tokio::test]
async fn later_guard_is_not_called_after_a_rejection() {
    let (outer, inner) = (tickets(1), tickets(5));
    let app = app(guard::layer((outer, inner.clone())));
    assert_eq!(send(app.clone(), get("/")).await.header("x-remaining"), Some("0"));
    assert_eq!(send(app, get("/")).await.code(), "overloaded");
    assert_eq!(inner.0.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn guards_can_be_combined_in_a_tuple() {
    let app = app(guard::layer((tickets(9), tickets(9), tickets(0))));
    assert_eq!(send(app, get("/")).await.code(), "overloaded");
}

struct Internal;

impl<S: Sync> FromRequestParts<S> for Internal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, ApiError> {
        if parts.headers.contains_key("x-internal") {
            Ok(Self)
        } else {
            Err(ApiError::forbidden("For internal callers only."))
        }
    }
}

#[tokio::test]
async fn extractor_can_guard_a_whole_router() {
    let app = Router::new()
        .route("/", on_get(|| async { "in" }))
        .layer(guard::from_extractor::<Internal, _>(()))
        .layer(ApiErrorLayer::new());
    assert_eq!(send(app.clone(), get("/")).await.code(), "forbidden");
    let mut sent = get("/");
    sent.headers_mut().insert("x-internal", HeaderValue::from_static("yes"));
    assert_eq!(send(app, sent).await.body, "in");
}
