//! Tests that errors are correct and safe without the layer.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::{ApiError, Challenge};
use expect_test::expect;
use http::StatusCode;
use support::{get, send};

fn app() -> Router {
    Router::new()
        .route(
            "/conflict",
            on_get(|| async { ApiError::conflict("taken").with_member("name", "kb") }),
        )
        .route("/401", on_get(|| async { ApiError::unauthorized("Log in first.") }))
        .route(
            "/own",
            on_get(|| async {
                ApiError::unauthorized("Log in first.").with_challenge(Challenge::basic("shop"))
            }),
        )
        .route(
            "/500",
            on_get(|| async {
                ApiError::internal_error().with_source("secret").with_note("secret")
            }),
        )
        .route("/tuple", on_get(|| async { (StatusCode::ACCEPTED, ApiError::conflict("taken")) }))
}

#[tokio::test]
async fn error_is_a_problem_without_ids() {
    send(app(), get("/conflict")).await.is(&expect![[r#"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        x-content-type-options: nosniff

        type: "/problems/conflict"
        title: "Conflict"
        status: 409
        detail: "taken"
        code: "conflict"
        name: "kb"
    "#]]);
}

#[tokio::test]
async fn status_401_has_a_challenge() {
    send(app(), get("/401")).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        www-authenticate: Bearer realm="api"
        x-content-type-options: nosniff

        type: "/problems/unauthorized"
        title: "Unauthorized"
        status: 401
        detail: "Log in first."
        code: "unauthorized"
    "#]]);
}

#[tokio::test]
async fn challenge_of_its_own_is_the_only_one() {
    let answer = send(app(), get("/own")).await;
    let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(challenges, ["Basic realm=\"shop\", charset=\"UTF-8\""]);
}

#[tokio::test]
async fn private_half_stays_private() {
    send(app(), get("/500")).await.is(&expect![[r#"
        500 Internal Server Error
        cache-control: no-store
        content-type: application/problem+json
        x-content-type-options: nosniff

        type: "/problems/internal_error"
        title: "Internal server error"
        status: 500
        detail: "Internal server error"
        code: "internal_error"
    "#]]);
}
