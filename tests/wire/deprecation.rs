//! Tests of an old version before, during and after its sunset.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::deprecation::{Date, Deprecation};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use support::{get, send};

const SINCE: Date = Date::new(2026, 1, 31);
const SUNSET: Date = Date::new(2026, 7, 31);

fn app(now: u64) -> Router {
    let old = Deprecation::since(SINCE)
        .sunset(SUNSET)
        .documentation("https://docs.example.com/v1")
        .sunset_policy("/policy")
        .successor("/api/v1/kbs")
        .clock(move || SystemTime::UNIX_EPOCH + Duration::from_secs(now));
    Router::new()
        .route("/api/v0/kbs", on_get(|| async { "old" }))
        .route("/api/v0/fails", on_get(|| async { ApiError::conflict("taken") }))
        .route_layer(old)
        .route("/api/v1/kbs", on_get(|| async { "new" }))
        .layer(ApiErrorLayer::new())
}

#[tokio::test]
async fn deprecated_version_sends_its_headers() {
    send(app(SINCE.unix_timestamp()), get("/api/v0/kbs")).await.is(&expect![[r#"
        200 OK
        content-type: text/plain; charset=utf-8
        deprecation: @1769817600
        link: </api/v1/kbs>; rel="successor-version"
        link: </policy>; rel="sunset"
        link: <https://docs.example.com/v1>; rel="deprecation"
        sunset: Fri, 31 Jul 2026 00:00:00 GMT
        x-request-id: <id>

        old"#]]);
}

#[tokio::test]
async fn error_of_a_deprecated_version_has_the_headers_too() {
    let answer = send(app(SUNSET.unix_timestamp() - 1), get("/api/v0/fails")).await;
    assert_eq!(answer.code(), "conflict");
    assert_eq!(answer.header("deprecation"), Some("@1769817600"));
    assert_eq!(answer.headers.get_all("link").iter().count(), 3);
}

#[tokio::test]
async fn version_after_its_sunset_is_gone() {
    send(app(SUNSET.unix_timestamp()), get("/api/v0/kbs")).await.is(&expect![[r#"
        410 Gone
        cache-control: no-store
        content-type: application/problem+json
        deprecation: @1769817600
        link: </api/v1/kbs>; rel="successor-version"
        link: </policy>; rel="sunset"
        link: <https://docs.example.com/v1>; rel="deprecation"
        sunset: Fri, 31 Jul 2026 00:00:00 GMT
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/gone"
        title: "Gone"
        status: 410
        detail: "It was switched off on Fri, 31 Jul 2026 00:00:00 GMT."
        instance: "urn:uuid:<id>"
        code: "gone"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn current_version_has_no_deprecation_headers() {
    let answer = send(app(SUNSET.unix_timestamp()), get("/api/v1/kbs")).await;
    assert_eq!((&*answer.body, answer.header("deprecation")), ("new", None));
}
