//! Tests of ids in requests and responses.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use support::{Answer, get, send};
use uuid::Uuid;

fn app() -> Router {
    Router::new()
        .route("/error", on_get(|| async { ApiError::conflict("taken") }))
        .route(
            "/fine/{name}",
            on_get(|context: RequestContext| async move {
                format!("{} {:?}", context.request_id(), context.route())
            }),
        )
        .layer(ApiErrorLayer::new())
}

async fn with(path: &str, name: &'static str, value: &str) -> Answer {
    let mut request = get(path);
    request.headers_mut().insert(name, value.parse().unwrap());
    let answer = send(app(), request).await;
    answer.check();
    answer
}

fn instance(answer: &Answer) -> Uuid {
    let body = answer.json();
    let id = body["instance"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
    id.parse().unwrap()
}

#[tokio::test]
async fn header_body_and_instance_share_one_generated_id() {
    let answer = send(app(), get("/error")).await;
    let id = instance(&answer);
    assert_eq!(id.get_version_num(), 7);
    assert_eq!(answer.header("x-request-id"), Some(&*id.to_string()));
    assert_eq!(answer.json()["request_id"], id.to_string());
    assert!(answer.json().get("trace_id").is_none());
}

#[tokio::test]
async fn callers_id_is_returned() {
    for name in ["x-request-id", "x-correlation-id"] {
        let answer = with("/error", name, "mobile-7.A_1").await;
        assert_eq!(answer.header("x-request-id"), Some("mobile-7.A_1"));
        assert_eq!(answer.json()["request_id"], "mobile-7.A_1");
        assert_ne!(instance(&answer).to_string(), "mobile-7.A_1");
    }
}

#[tokio::test]
async fn dangerous_id_is_replaced() {
    for bad in ["evil<script>", "a b", "a,b", "\u{e9}", &"x".repeat(129)] {
        let mut request = get("/error");
        request
            .headers_mut()
            .insert("x-request-id", http::HeaderValue::from_bytes(bad.as_bytes()).unwrap());
        let answer = send(app(), request).await;
        assert_eq!(answer.header("x-request-id"), Some(&*instance(&answer).to_string()), "{bad}");
    }
}

#[tokio::test]
async fn valid_trace_id_is_sent() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let good = with("/error", "traceparent", &format!("00-{trace}-00f067aa0ba902b7-01")).await;
    assert_eq!(good.json()["trace_id"], trace);
    let bad = with("/error", "traceparent", &format!("ff-{trace}-00f067aa0ba902b7-01")).await;
    assert!(bad.json().get("trace_id").is_none());
}

#[tokio::test]
async fn success_carries_the_id_and_a_handler_can_extract_it() {
    let answer = with("/fine/ada", "x-request-id", "abc").await;
    assert_eq!(answer.header("x-request-id"), Some("abc"));
    assert_eq!(answer.body, "abc Some(\"/fine/{name}\")");
}

#[tokio::test]
async fn handler_without_the_layer_gets_a_context_too() {
    let app = Router::new().route(
        "/",
        on_get(|one: RequestContext, two: RequestContext| async move {
            (one.id() == two.id()).to_string()
        }),
    );
    assert_eq!(send(app, get("/")).await.body, "true");
}
