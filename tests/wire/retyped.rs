//! Tests of problems whose type a middle layer changes.

use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get as on_get;
use definable_errors::problem::{ErrorStatus, Place, ProblemType, Violation};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use support::{Counter, get, send};

static CART_REJECTED: ProblemType =
    ProblemType::new("cart_rejected", ErrorStatus::CONFLICT, "Cart rejected")
        .with_detail("The cart was rejected.");

static SHOP_CLOSED: ProblemType =
    ProblemType::new("shop_closed", ErrorStatus::SERVICE_UNAVAILABLE, "Shop closed")
        .with_retry_after(Duration::from_secs(600));

async fn invalid() -> ApiError {
    let place = Place::Body("#/items/0".into());
    ApiError::validation_failed([Violation::new(place, "unavailable", "is sold out")])
        .with_member("cart_id", 7)
        .with_retry_after(Duration::from_secs(30))
        .with_header("x-own", "7")
        .with_note("the stock was counted")
}

async fn retype(response: Response) -> Response {
    let Some(error) = response.extensions().get::<ApiError>() else {
        return response;
    };
    let problem_type = match error.problem().status() {
        ErrorStatus::SERVICE_UNAVAILABLE => &SHOP_CLOSED,
        _ => &CART_REJECTED,
    };
    error.clone().retyped(problem_type).into_response()
}

fn app(layer: ApiErrorLayer) -> Router {
    Router::new()
        .route("/invalid", on_get(invalid))
        .route(
            "/closed",
            on_get(|| async { ApiError::from_status(ErrorStatus::SERVICE_UNAVAILABLE) }),
        )
        .layer(map_response(retype))
        .layer(layer.validation_status(422))
}

#[tokio::test]
async fn retyped_problem_keeps_what_happened_this_time() {
    let counter = Counter::default();
    let app = app(ApiErrorLayer::new().report(counter.clone()));
    send(app, get("/invalid")).await.is(&expect![[r##"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 30
        vary: accept
        x-content-type-options: nosniff
        x-own: 7
        x-request-id: <id>

        type: "/problems/cart_rejected"
        title: "Cart rejected"
        status: 409
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "cart_rejected"
        request_id: "<id>"
        retry_after: 30
        errors: [{"in":"body","pointer":"#/items/0","code":"unavailable","detail":"is sold out"}]
        cart_id: 7
    "##]]);
    assert_eq!(counter.counts(), (1, 0));
}

#[tokio::test]
async fn retyped_problem_has_the_texts_and_the_wait_of_its_new_type() {
    send(app(ApiErrorLayer::new()), get("/closed")).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 600
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/shop_closed"
        title: "Shop closed"
        status: 503
        detail: "Shop closed"
        instance: "urn:uuid:<id>"
        code: "shop_closed"
        request_id: "<id>"
        retry_after: 600
        retryable: true
    "#]]);
}

#[tokio::test]
async fn status_stays_if_the_map_of_the_layer_retypes() {
    let layer = ApiErrorLayer::new().map(|problem, _| problem.retyped(&CART_REJECTED));
    let app = Router::new().route("/invalid", on_get(invalid)).layer(layer);
    let answer = send(app, get("/invalid")).await;
    answer.check();
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "cart_rejected".into()));
}
