//! Tests of errors that handlers return: derived, converted by `?`, or built by hand.

use axum::routing::get as on_get;
use axum::{Json, Router};
use definable_errors::problem::{Place, Pointer, Problem, Violation};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use expect_test::expect;
use http::StatusCode;
use support::{get, send};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    /// The order does not exist, or belongs to another organization.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },

    /// The order was already paid.
    #[error("order {id} was paid at {at}")]
    #[api(status = 409, title = "Order already paid", detail = "The order was already paid.")]
    AlreadyPaid { id: u64, at: String },

    #[error("storage failed")]
    #[api(status = 500)]
    Storage(#[from] std::io::Error),

    /// Items of the order cannot be delivered.
    #[error("Some items cannot be delivered.")]
    #[api(status = 409)]
    NotDeliverable {
        #[api(violations)]
        items: Option<Vec<Violation>>,
        #[api(member(name = "ready_at", type = "date-time?"))]
        at: Option<String>,
    },

    #[error("the courier is busy")]
    #[api(status = 503, retry_after = 30, header("Link" = courier))]
    Busy { courier: String },
}

fn app() -> Router {
    let paid = || OrderError::AlreadyPaid { id: 7, at: "noon".into() };
    let storage = || OrderError::Storage(std::io::Error::other("disk /dev/sda7 is full"));
    Router::new()
        .route("/own", on_get(|| async { Err::<(), _>(OrderError::NotFound { id: 42 }) }))
        .route("/paid", on_get(async move || Err::<(), _>(paid())))
        .route("/storage", on_get(async move || Err::<(), _>(storage())))
        .route("/items", on_get(async || undeliverable(Some(2))))
        .route("/many", on_get(async || undeliverable(Some(101))))
        .route("/order", on_get(async || undeliverable(None)))
        .route("/busy", on_get(|| async { busy() }))
        .route("/question", on_get(question))
        .route("/internal", on_get(internal))
        .route("/missing", on_get(missing))
        .route("/member", on_get(member))
        .route(
            "/tuple",
            on_get(|| async { (StatusCode::OK, Err::<(), _>(OrderError::NotFound { id: 42 })) }),
        )
        .layer(ApiErrorLayer::new())
}

fn busy() -> Result<(), OrderError> {
    Err(OrderError::Busy { courier: "<https://courier.example/status>; rel=\"help\"".into() })
}

fn undeliverable(items: Option<usize>) -> Result<(), OrderError> {
    let violation = |index| {
        let place = Place::Body(Pointer::root().key("items").index(index).into());
        Violation::new(place, "out_of_stock", "is out of stock, 3 are left").with_param("left", 3)
    };
    let items = items.map(|count| (0..count).map(violation).collect());
    let at = items.is_none().then(|| "2026-12-24T18:00:00Z".into());
    Err(OrderError::NotDeliverable { items, at })
}

async fn question() -> Result<Json<()>, ApiError> {
    Err(OrderError::NotFound { id: 42 })?;
    Ok(Json(()))
}

async fn internal() -> Result<(), ApiError> {
    Err(std::io::Error::other("disk /dev/sda7 is full")).or_internal()
}

async fn missing() -> Result<(), ApiError> {
    None.or_not_found("There is no such parcel.")
}

async fn member() -> Result<(), ApiError> {
    Err(ApiError::conflict("The parcel has already left.").with_member("carrier", "dhl"))
}

#[tokio::test]
async fn derived_error_is_a_problem_with_its_members() {
    send(app(), get("/own")).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/order_not_found"
        title: "Order not found"
        status: 404
        detail: "order 42 does not exist"
        instance: "urn:uuid:<id>"
        code: "order_not_found"
        request_id: "<id>"
        order_id: 42
    "#]]);
}

#[tokio::test]
async fn detail_attribute_replaces_the_display() {
    send(app(), get("/paid")).await.is(&expect![[r#"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/order_already_paid"
        title: "Order already paid"
        status: 409
        detail: "The order was already paid."
        instance: "urn:uuid:<id>"
        code: "order_already_paid"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn display_of_a_5xx_is_never_sent() {
    send(app(), get("/storage")).await.is(&expect![[r#"
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
}

#[tokio::test]
async fn wait_and_header_are_sent() {
    send(app(), get("/busy")).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        link: <https://courier.example/status>; rel="help"
        retry-after: 30
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
        retry_after: 30
        retryable: true
    "#]]);
}

#[tokio::test]
async fn violations_of_a_variant_are_sent_as_errors() {
    send(app(), get("/items")).await.is(&expect![[r##"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/order_not_deliverable"
        title: "Order not deliverable"
        status: 409
        detail: "Some items cannot be delivered."
        instance: "urn:uuid:<id>"
        code: "order_not_deliverable"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/items/0","code":"out_of_stock","detail":"is out of stock, 3 are left","params":{"left":3}},{"in":"body","pointer":"#/items/1","code":"out_of_stock","detail":"is out of stock, 3 are left","params":{"left":3}}]
        ready_at: null
    "##]]);
}

#[tokio::test]
async fn violations_of_a_variant_are_cut_at_the_limit() {
    let json = send(app(), get("/many")).await.json();
    assert_eq!(json["errors"].as_array().unwrap().len(), Problem::MAX_VIOLATIONS);
    assert_eq!(json["truncated"], true);
}

#[tokio::test]
async fn variant_without_violations_has_no_errors() {
    let json = send(app(), get("/order")).await.json();
    assert!(json.get("errors").is_none());
    assert_eq!(json["ready_at"], "2026-12-24T18:00:00Z");
}

#[tokio::test]
async fn question_mark_converts_errors() {
    send(app(), get("/question")).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/order_not_found"
        title: "Order not found"
        status: 404
        detail: "order 42 does not exist"
        instance: "urn:uuid:<id>"
        code: "order_not_found"
        request_id: "<id>"
        order_id: 42
    "#]]);
}

#[tokio::test]
async fn foreign_error_is_an_internal_error() {
    send(app(), get("/internal")).await.is(&expect![[r#"
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
}

#[tokio::test]
async fn missing_value_becomes_a_404() {
    send(app(), get("/missing")).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/not_found"
        title: "Not found"
        status: 404
        detail: "There is no such parcel."
        instance: "urn:uuid:<id>"
        code: "not_found"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn error_built_by_hand_has_its_member() {
    send(app(), get("/member")).await.is(&expect![[r#"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/conflict"
        title: "Conflict"
        status: 409
        detail: "The parcel has already left."
        instance: "urn:uuid:<id>"
        code: "conflict"
        request_id: "<id>"
        carrier: "dhl"
    "#]]);
}

#[tokio::test]
async fn error_under_an_outer_200_keeps_its_status() {
    let answer = send(app(), get("/tuple")).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "order_not_found".into()));
}
