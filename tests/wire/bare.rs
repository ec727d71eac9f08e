//! Tests of statuses without an error behind them, at every depth of nesting.

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get as on_get, post};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{Method, StatusCode};
use support::{Answer, Counter, get, request, send};

fn routes() -> Router {
    Router::new()
        .route("/orders", on_get(|| async { "orders" }).post(|| async { "created" }))
        .route("/bare/{status}", on_get(bare))
        .merge(Router::new().route("/merged", post(|| async {})))
        .nest("/plain", Router::new().route("/inside", post(|| async {})))
        .nest(
            "/own",
            Router::new()
                .route("/inside", post(|| async {}))
                .fallback(|| async { StatusCode::NOT_FOUND }),
        )
        .nest(
            "/deep",
            Router::new().nest("/deeper", Router::new().route("/inside", post(|| async {}))),
        )
        .nest_service(
            "/service",
            tower::service_fn(|_| async {
                Ok::<_, std::convert::Infallible>(
                    http::Response::builder().status(404).body(axum::body::Body::empty()).unwrap(),
                )
            }),
        )
}

async fn bare(axum::extract::Path(status): axum::extract::Path<u16>) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

async fn answer(method: Method, path: &str) -> Answer {
    let answer = send(routes().layer(ApiErrorLayer::new()), request(method, path)).await;
    answer.check();
    answer
}

#[tokio::test]
async fn unknown_route_is_a_problem() {
    answer(Method::GET, "/nowhere").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/route_not_found"
        title: "Route not found"
        status: 404
        detail: "No route matched"
        instance: "urn:uuid:<id>"
        code: "route_not_found"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn wrong_method_is_a_problem_with_allow() {
    answer(Method::DELETE, "/orders").await.is(&expect![[r#"
        405 Method Not Allowed
        allow: GET,HEAD,POST
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/method_not_allowed"
        title: "Method not allowed"
        status: 405
        detail: "Method not allowed"
        instance: "urn:uuid:<id>"
        code: "method_not_allowed"
        request_id: "<id>"
    "#]]);
}

/// The rejection is built once for each layer, except if the service maps errors; both are equal.
#[tokio::test]
async fn prebuilt_rejection_equals_a_rendered_error() {
    let headers = |answer: &Answer| -> Vec<_> { answer.headers.keys().cloned().collect() };
    for (method, path) in [(Method::GET, "/nowhere"), (Method::DELETE, "/orders")] {
        let sent = || {
            let mut request = request(method.clone(), path);
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
            request.headers_mut().insert("traceparent", trace.parse().unwrap());
            request.headers_mut().insert("x-request-id", "mobile-7".parse().unwrap());
            request
        };
        let refused = send(routes().layer(ApiErrorLayer::new()), sent()).await;
        let mapped = ApiErrorLayer::new().map(|problem, _| problem);
        let mapped = send(routes().layer(mapped), sent()).await;
        assert_eq!(refused.json()["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(refused.to_string(), mapped.to_string());
        assert_eq!(headers(&refused), headers(&mapped));
    }
}

#[tokio::test]
async fn rejection_is_readable_further_out_and_is_reported() {
    let counter = Counter::default();
    let layer = ApiErrorLayer::new().report(counter.clone());
    let read = |response: Response| async move {
        let code = response.extensions().get::<ApiError>().unwrap().problem().code();
        ([("x-own", code)], response)
    };
    for (method, path, code) in [
        (Method::GET, "/nowhere", "route_not_found"),
        (Method::DELETE, "/orders", "method_not_allowed"),
    ] {
        let app = routes().layer(layer.clone()).layer(map_response(read));
        assert_eq!(send(app, request(method, path)).await.header("x-own"), Some(code));
    }
    assert_eq!(counter.counts(), (2, 0));
}

#[tokio::test]
async fn used_layer_can_still_be_configured() {
    let used = ApiErrorLayer::new();
    let nowhere = async |layer: &ApiErrorLayer| {
        let found = send(routes().layer(layer.clone()), get("/nowhere")).await;
        found.json()["type"].clone()
    };
    assert_eq!(nowhere(&used).await, "/problems/route_not_found");
    let changed = used.problem_base("/errors");
    assert_eq!(nowhere(&changed).await, "/errors/route_not_found");
}

#[tokio::test]
async fn unknown_routes_are_recognized_at_every_depth() {
    for path in [
        "/",
        "/orders/",
        "/plain",
        "/plain/x",
        "/own",
        "/own/x",
        "/deep/x",
        "/deep/deeper/x",
        "/service/x",
    ] {
        let found = answer(Method::GET, path).await;
        assert_eq!(
            (found.status, found.code()),
            (StatusCode::NOT_FOUND, "route_not_found".into()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn allow_is_present_at_every_depth() {
    for path in ["/merged", "/plain/inside", "/own/inside", "/deep/deeper/inside"] {
        let found = answer(Method::GET, path).await;
        assert_eq!(found.code(), "method_not_allowed", "{path}");
        assert_eq!(found.header("allow"), Some("POST"), "{path}");
    }
}

#[tokio::test]
async fn allow_is_present_if_the_layer_is_around_the_router() {
    let app = Router::new().fallback_service(tower::Layer::layer(&ApiErrorLayer::new(), routes()));
    let found = send(app, request(Method::DELETE, "/orders")).await;
    assert_eq!(
        (found.code(), found.header("allow")),
        ("method_not_allowed".into(), Some("GET,HEAD,POST"))
    );
}

#[tokio::test]
async fn allow_of_a_fallbacks_405_is_kept() {
    let app = routes().method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED });
    let found = send(app.layer(ApiErrorLayer::new()), request(Method::DELETE, "/orders")).await;
    assert_eq!(
        (found.code(), found.header("allow")),
        ("method_not_allowed".into(), Some("GET,HEAD,POST"))
    );
}

#[tokio::test]
async fn missing_resource_differs_from_a_missing_route() {
    answer(Method::GET, "/bare/404").await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/not_found"
        title: "Not found"
        status: 404
        detail: "Resource not found"
        instance: "urn:uuid:<id>"
        code: "not_found"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn every_bare_status_is_a_problem_of_that_status() {
    let known = [
        (400, "bad_request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not_found"),
        (405, "method_not_allowed"),
        (408, "request_timeout"),
        (409, "conflict"),
        (410, "gone"),
        (412, "precondition_failed"),
        (413, "payload_too_large"),
        (415, "unsupported_media_type"),
        (422, "unprocessable"),
        (428, "precondition_required"),
        (429, "rate_limited"),
        (500, "internal_error"),
        (501, "not_implemented"),
        (502, "upstream_failed"),
        (503, "service_unavailable"),
        (504, "upstream_timeout"),
    ];
    for status in (400..=599).step_by(1) {
        let found = answer(Method::GET, &format!("/bare/{status}")).await;
        let expected =
            known.iter().find(|(known, _)| *known == status).map(|(_, code)| (*code).to_owned());
        assert_eq!(found.status.as_u16(), status);
        assert_eq!(found.code(), expected.unwrap_or_else(|| format!("http_{status}")));
        assert_eq!(found.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn bare_401_gets_a_challenge() {
    answer(Method::GET, "/bare/401").await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unauthorized"
        title: "Unauthorized"
        status: 401
        detail: "Unauthorized"
        instance: "urn:uuid:<id>"
        code: "unauthorized"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn bare_426_names_the_protocol_to_upgrade_to() {
    answer(Method::GET, "/bare/426").await.is(&expect![[r#"
        426 Upgrade Required
        cache-control: no-store
        connection: upgrade
        content-type: application/problem+json
        upgrade: websocket
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/http_426"
        title: "Upgrade Required"
        status: 426
        detail: "Upgrade Required"
        instance: "urn:uuid:<id>"
        code: "http_426"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn bare_407_gets_a_challenge() {
    let found = answer(Method::GET, "/bare/407").await;
    assert_eq!(found.header("proxy-authenticate"), Some("Bearer realm=\"api\""));
}

#[tokio::test]
async fn bare_503_gets_a_retry_after() {
    answer(Method::GET, "/bare/503").await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 5
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/service_unavailable"
        title: "Service unavailable"
        status: 503
        detail: "Service unavailable"
        instance: "urn:uuid:<id>"
        code: "service_unavailable"
        request_id: "<id>"
        retry_after: 5
        retryable: true
    "#]]);
}

#[tokio::test]
async fn statuses_without_content_are_left_alone() {
    for status in [200, 201, 204, 205, 301, 304] {
        let found = answer(Method::GET, &format!("/bare/{status}")).await;
        assert_eq!((found.status.as_u16(), &*found.body), (status, ""));
        assert!(found.header("x-request-id").is_some() && found.header("content-type").is_none());
    }
}

#[tokio::test]
async fn success_gets_the_id_and_nothing_else() {
    send(routes().layer(ApiErrorLayer::new()), get("/orders")).await.is(&expect![[r#"
        200 OK
        content-type: text/plain; charset=utf-8
        x-request-id: <id>

        orders"#]]);
}
