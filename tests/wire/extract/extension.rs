//! Tests of extensions, and of one that is missing.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::extract::Extension;
use expect_test::expect;
use support::get;

use super::{accepted, verdict};

#[derive(Clone)]
struct Hunter2Settings(&'static str);

fn app() -> Router {
    Router::new()
        .route("/", on_get(|Extension(it): Extension<Hunter2Settings>| async move { it.0 }))
        .route(
            "/maybe",
            on_get(|it: Option<Extension<Hunter2Settings>>| async move {
                it.map_or("none", |it| it.0.0)
            }),
        )
}

#[tokio::test]
async fn extension_of_a_layer_is_found() {
    for layered in [
        app().layer(Extension(Hunter2Settings("there"))),
        app().layer(axum::Extension(Hunter2Settings("there"))),
    ] {
        for path in ["/", "/maybe"] {
            assert_eq!(super::answer(layered.clone(), get(path)).await.body, "there");
        }
    }
}

#[tokio::test]
async fn missing_extension_is_a_500() {
    let answer = super::answer(app(), get("/")).await;
    answer.is(&expect![[r#"
        500 Internal Server Error
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/internal_error"
        title: "Internal server error"
        status: 500
        detail: "Internal server error"
        instance: "urn:uuid:<id>"
        code: "internal_error"
        request_id: "<id>"
    "#]]);
    assert!(!format!("{answer:?}").to_lowercase().contains("hunter2"));
    assert_eq!(super::answer(app(), get("/maybe")).await.body, "none");
}

#[tokio::test]
async fn response_can_carry_an_extension() {
    let app = Router::new().route("/", on_get(|| async { (Extension(Hunter2Settings("a")), "b") }));
    assert_eq!(verdict(&super::answer(app, get("/")).await), accepted());
}
