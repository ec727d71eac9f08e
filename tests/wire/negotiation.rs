//! One problem, five representations.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::problem::{Place, Violation};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;

use crate::support::{Answer, get, send};

fn app() -> Router {
    let violation = || {
        Violation::new(Place::Body("#/items/0/qty".into()), "range", "must be between 1 and 10")
            .with_param("min", 1)
            .with_param("max", 10)
    };
    Router::new()
        .route(
            "/order",
            on_get(|| async {
                ApiError::not_found("order <42> & \"co\" *does* not exist")
                    .with_member("order_id", 42)
            }),
        )
        .route("/invalid", on_get(async move || ApiError::validation_failed([violation()])))
        .layer(ApiErrorLayer::new())
}

async fn accepting(path: &str, accept: &str) -> Answer {
    let mut request = get(path);
    request.headers_mut().insert("accept", accept.parse().unwrap());
    send(app(), request).await
}

#[tokio::test]
async fn json_is_the_default() {
    accepting("/order", "*/*").await.is(&expect![[""]]);
}

#[tokio::test]
async fn a_browser_gets_a_page() {
    accepting("/order", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .await
        .is(&expect![[""]]);
}

#[tokio::test]
async fn plain_text() {
    accepting("/order", "text/plain").await.is(&expect![[""]]);
}

#[tokio::test]
async fn markdown() {
    accepting("/order", "text/markdown").await.is(&expect![[""]]);
}

// S-17
#[tokio::test]
async fn xml() {
    accepting("/order", "application/problem+xml").await.is(&expect![[""]]);
}

#[tokio::test]
async fn violations_in_json() {
    accepting("/invalid", "application/json").await.is(&expect![[""]]);
}

#[tokio::test]
async fn violations_in_xml() {
    accepting("/invalid", "text/xml").await.is(&expect![[""]]);
}

#[tokio::test]
async fn violations_in_a_page() {
    accepting("/invalid", "text/html").await.is(&expect![[""]]);
}

#[tokio::test]
async fn several_accept_fields_are_one_list() {
    let mut request = get("/order");
    request.headers_mut().append("accept", "text/html;q=0.1".parse().unwrap());
    request.headers_mut().append("accept", "text/plain".parse().unwrap());
    let answer = send(app(), request).await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

// S-25
#[tokio::test]
async fn an_accept_that_fits_nothing_gets_json() {
    for accept in ["image/png", "*/*;q=0", "nonsense", "text/html;q=nonsense", ";"] {
        let answer = accepting("/order", accept).await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{accept}");
    }
}
