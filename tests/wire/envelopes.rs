//! Tests of the ready-made envelopes, and of `Vary: Accept`.

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::error::ResultExt;
use definable_errors::extract::{Json, Query};
use definable_errors::problem::{Place, Violation};
use definable_errors::render::{
    DetailEnvelope, ErrorsEnvelope, Failure, MediaType, Render, Rendering, Representation,
};
use definable_errors::{ApiError, ApiErrorLayer, Challenge, Mask};
use expect_test::expect;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use serde::Deserialize;
use support::{Answer, Recorder, get, posting, request, send};

#[derive(Deserialize)]
struct Order {
    #[expect(dead_code, reason = "only its mistakes matter")]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[expect(dead_code, reason = "only its mistakes matter")]
    name: String,
    #[expect(dead_code, reason = "only its mistakes matter")]
    qty: u8,
}

#[derive(Deserialize)]
struct Page {
    #[expect(dead_code, reason = "only its mistakes matter")]
    page: u8,
}

async fn leak() -> Result<(), ApiError> {
    Err(std::io::Error::other("canary: no such table")).or_internal()
}

async fn two() -> ApiError {
    let violation = |place, detail: &'static str| Violation::new(place, "format", detail);
    ApiError::validation_failed([
        violation(Place::Form("#/email".into()), "must be an email address"),
        violation(Place::Body("#".into()), "must not be empty"),
        violation(Place::Form("#/email".into()), "is already taken"),
        violation(Place::Cookie("theme".into()), "is unknown"),
    ])
}

async fn broken() {
    panic!("canary");
}

fn app(layer: ApiErrorLayer) -> Router {
    let own = (StatusCode::BAD_GATEWAY, axum::Json("canary"));
    Router::new()
        .route("/orders", post(|_: Json<Order>| async {}))
        .route("/page", on_get(|_: Query<Page>| async {}))
        .route("/axum", on_get(|_: axum::extract::Query<Page>| async {}))
        .route("/two", on_get(two))
        .route("/leak", on_get(leak))
        .route("/401", on_get(|| async { ApiError::invalid_token() }))
        .route("/429", on_get(|| async { StatusCode::TOO_MANY_REQUESTS }))
        .route("/text", on_get(|| async { (StatusCode::CONFLICT, "taken") }))
        .route("/panic", on_get(broken))
        .route("/foreign", on_get(async move || own))
        .layer(layer)
}

fn errors() -> Router {
    app(ApiErrorLayer::new().foreign_5xx(Mask).render(ErrorsEnvelope::new()))
}

fn detail() -> Router {
    app(ApiErrorLayer::new().foreign_5xx(Mask).render(DetailEnvelope::new()))
}

fn order(body: &'static str) -> Request<Body> {
    posting("/orders", "application/json", body)
}

const MISTAKES: &str = r#"{"items": [{"name": "a", "qty": 300}, {"qty": "canary"}]}"#;

async fn answer(app: Router, request: Request<Body>) -> Answer {
    let answer = send(app, request).await;
    answer.check();
    answer
}

#[tokio::test]
async fn errors_are_listed_by_field() {
    answer(errors(), order(MISTAKES)).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/json
        x-content-type-options: nosniff
        x-request-id: <id>

        errors: {"items.0.qty":["must be between 0 and 255"],"items.1.qty":["must be an integer"],"items.1.name":["is required"]}
    "#]]);
    let found = answer(errors(), get("/page?page=x")).await;
    assert_eq!(found.body, r#"{"errors":{"page":["must be an integer"]}}"#);
    let found = answer(errors(), get("/two")).await;
    let expected = r#"{"errors":{"email":["must be an email address","is already taken"],"base":["must not be empty"],"theme":["is unknown"]}}"#;
    assert_eq!(found.body, expected);
}

#[tokio::test]
async fn details_have_a_location() {
    answer(detail(), order(MISTAKES)).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/json
        x-content-type-options: nosniff
        x-request-id: <id>

        detail: [{"loc":["body","items",0,"qty"],"msg":"must be between 0 and 255","type":"range"},{"loc":["body","items",1,"qty"],"msg":"must be an integer","type":"type"},{"loc":["body","items",1,"name"],"msg":"is required","type":"required"}]
    "#]]);
    let found = answer(detail(), get("/page?page=x")).await;
    let expected =
        r#"{"detail":[{"loc":["query","page"],"msg":"must be an integer","type":"type"}]}"#;
    assert_eq!(found.body, expected);
    let found = answer(detail(), get("/two")).await;
    let locations: Vec<_> = found.json()["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["loc"].to_string())
        .collect();
    let expected =
        [r#"["body","email"]"#, r#"["body"]"#, r#"["body","email"]"#, r#"["cookie","theme"]"#];
    assert_eq!(locations, expected);
}

#[tokio::test]
async fn other_errors_have_their_detail_and_all_their_headers() {
    for (path, status, text) in [
        ("/nowhere", 404, "No route matched"),
        ("/text", 409, "taken"),
        ("/401", 401, "Invalid or expired token"),
        ("/429", 429, "Too many requests"),
        ("/leak", 500, "Internal server error"),
        ("/panic", 500, "Internal server error"),
        ("/foreign", 502, "A service that this request depends on failed."),
    ] {
        let found = answer(errors(), get(path)).await;
        let expected = serde_json::json!({ "errors": { "base": [text] } });
        assert_eq!((found.status.as_u16(), found.json()), (status, expected), "{path}");
        let other = answer(detail(), get(path)).await;
        let expected = serde_json::json!({ "detail": text });
        assert_eq!((other.status.as_u16(), other.json()), (status, expected), "{path}");
        for found in [found, other] {
            assert_eq!(found.header("content-type"), Some("application/json"), "{path}");
            assert_eq!(found.header("vary"), None, "{path}");
            assert!(
                found.header("x-request-id").is_some() && found.header("cache-control").is_some()
            );
            assert!(!found.to_string().contains("canary"), "{found}");
        }
    }
    answer(detail(), get("/401")).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/json
        www-authenticate: Bearer realm="api", error="invalid_token"
        x-content-type-options: nosniff
        x-request-id: <id>

        detail: "Invalid or expired token"
    "#]]);
    answer(errors(), get("/429")).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/json
        retry-after: 5
        x-content-type-options: nosniff
        x-request-id: <id>

        errors: {"base":["Too many requests"]}
    "#]]);
}

#[tokio::test]
async fn rejection_of_axum_is_adopted() {
    let found = answer(errors(), get("/axum?page=canary")).await;
    assert_eq!(found.body, r#"{"errors":{"page":["must be an integer"]}}"#);
    let found = answer(detail(), get("/axum?page=canary")).await;
    let expected =
        r#"{"detail":[{"loc":["query","page"],"msg":"must be an integer","type":"type"}]}"#;
    assert_eq!(found.body, expected);
}

#[tokio::test]
async fn general_key_is_configurable() {
    let envelope = ErrorsEnvelope::new().general_key("body");
    let found = answer(app(ApiErrorLayer::new().render(envelope)), get("/nowhere")).await;
    assert_eq!(found.body, r#"{"errors":{"body":["No route matched"]}}"#);
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    for app in [errors, detail] {
        for path in ["/401", "/leak", "/nowhere", "/two"] {
            let of_get = answer(app(), get(path)).await;
            let of_head = answer(app(), request(Method::HEAD, path)).await;
            assert_eq!((of_head.status, &*of_head.body), (of_get.status, ""), "{path}");
            for name in ["content-type", "content-length", "www-authenticate", "vary"] {
                assert_eq!(of_head.header(name), of_get.header(name), "{path}: {name}");
            }
        }
    }
}

#[tokio::test]
async fn operators_still_get_everything() {
    let recorder = Recorder::default();
    let layer = ApiErrorLayer::new().report(recorder.clone()).render(DetailEnvelope::new());
    let mut request = get("/leak");
    request
        .headers_mut()
        .insert(HeaderName::from_static("x-request-id"), HeaderValue::from_static("mobile-7"));
    let found = answer(app(layer), request).await;
    assert_eq!(found.header("x-request-id"), Some("mobile-7"));
    let records = recorder.records();
    assert_eq!((&*records[0].request_id, &*records[0].code), ("mobile-7", "internal_error"));
    assert!(records[0].chain.contains("canary"), "{records:?}");
}

fn vary(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect()
}

/// A renderer that writes JSON itself and leaves the rest to the library.
struct OnlyJson;

impl Render for OnlyJson {
    fn render(&self, failure: &Failure) -> Rendering {
        match failure.media_type() {
            MediaType::Json => Rendering::Ready(Representation::new("application/json", "1")),
            _ => Rendering::Standard,
        }
    }

    fn depends_on_accept(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn only_a_body_that_accept_chose_varies_by_it() {
    let new = ApiErrorLayer::new;
    let ready = |_: &Failure| Rendering::Ready(Representation::new("application/json", "1"));
    let later = |_: &Failure| {
        Rendering::Later(Box::pin(async { Representation::new("application/json", "1") }))
    };
    for (layer, expected) in [
        (new(), &["accept"][..]),
        (new().render(ready), &[]),
        (new().render(later), &[]),
        (new().render(|_: &Failure| Rendering::Standard), &["accept"]),
        (new().render(|failure: &Failure| Rendering::Ready(failure.standard())), &["accept"]),
        (new().render(|_: &Failure| panic!("renderer")), &["accept"]),
        (new().render(OnlyJson), &["accept"]),
    ] {
        for path in ["/401", "/nowhere"] {
            let found = answer(app(layer.clone()), get(path)).await;
            assert_eq!(vary(&found), expected, "{path}");
        }
    }
    // The error passes two layers, and each renderer leaves it to the library.
    let inner = app(new().render(OnlyJson)).layer(new().render(OnlyJson));
    let mut request = get("/401");
    request.headers_mut().insert("accept", HeaderValue::from_static("text/html"));
    assert_eq!(vary(&answer(inner, request).await), ["accept"]);
    let of_others = || async { ([("vary", "origin")], ApiError::conflict("taken")) };
    let app = Router::new().route("/", on_get(of_others)).layer(new().render(ready));
    assert_eq!(vary(&answer(app, get("/")).await), ["origin"]);
}

#[tokio::test]
async fn realm_and_base_are_those_of_the_service() {
    let layer =
        ApiErrorLayer::new().challenge(Challenge::bearer("orders")).render(DetailEnvelope::new());
    let found = answer(app(layer), get("/401")).await;
    let expected = r#"Bearer realm="orders", error="invalid_token""#;
    assert_eq!(found.header("www-authenticate"), Some(expected));
}
