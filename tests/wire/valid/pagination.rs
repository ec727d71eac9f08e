//! Tests of the pages of a list.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::extract::{Json, Page, Pagination};
use expect_test::expect;
use support::get;

use super::{answer, reported};

fn app() -> Router {
    let numbers = |pagination: Pagination| async move {
        let (skip, take) = (pagination.offset(), pagination.limit());
        let numbers = (0..41_i64).filter(|number| (skip..skip + take).contains(number));
        Json(Page::new(pagination, numbers.collect(), 41))
    };
    Router::new().route("/numbers", on_get(numbers))
}

#[tokio::test]
async fn page_contains_its_position() {
    answer(app(), get("/numbers?page=5&page_size=9")).await.is(&expect![[r#"
        200 OK
        content-type: application/json
        x-request-id: <id>

        items: [36,37,38,39,40]
        page: 5
        page_size: 9
        total: 41
        has_more: false
    "#]]);
    let first = answer(app(), get("/numbers")).await.json();
    assert_eq!((&first["page"], &first["page_size"]), (&1.into(), &20.into()));
    assert_eq!(first["has_more"], true);
}

#[tokio::test]
async fn invalid_page_is_reported() {
    answer(app(), get("/numbers?page=0&page_size=hunter2")).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "2 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"query","name":"page","code":"range","detail":"must be at least 1","params":{"min":1}},{"in":"query","name":"page_size","code":"type","detail":"must be an integer","params":{"expected":"integer"}}]
    "#]]);
    assert_eq!(
        reported(app(), get("/numbers?page=&page_size=1&page_size=2")).await,
        [
            r#"query page type: must be an integer {"expected":"integer"}"#,
            "query page_size duplicate: must be given once"
        ]
    );
}
