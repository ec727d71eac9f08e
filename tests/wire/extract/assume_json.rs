//! Tests of JSON bodies without a content type.

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use definable_errors::extract::{AssumeJson, Form, Json};
use definable_errors::guard;
use http::{Method, Request};
use support::{Answer, with};

use super::{Order, accepted, verdict};

fn routes() -> Router {
    let optional = |order: Option<Json<Order>>| async move {
        order.map_or("none".to_owned(), |Json(order)| order.qty.to_string())
    };
    Router::new()
        .route("/", post(|order: Json<Order>| async { order }))
        .route("/optional", post(optional))
        .route("/form", post(|_: Form<Order>| async {}))
}

fn sent(path: &str, fields: &[(&str, &str)], body: &'static str) -> Request<Body> {
    with(Method::POST, path, fields, body)
}

async fn answer(request: Request<Body>) -> Answer {
    super::answer(routes().layer(AssumeJson), request).await
}

const BODY: &str = r#"{"qty":3}"#;

#[tokio::test]
async fn missing_content_type_is_accepted_on_request_only() {
    assert_eq!(verdict(&answer(sent("/", &[], BODY)).await), accepted());
    let guarded = routes().layer(guard::layer((AssumeJson, None::<AssumeJson>)));
    assert_eq!(verdict(&super::answer(guarded, sent("/", &[], BODY)).await), accepted());
    let refused = super::answer(routes(), sent("/", &[], BODY)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (415, "unsupported_media_type".into()));
}

#[tokio::test]
async fn other_content_type_is_a_415_all_the_same() {
    for fields in [
        &[("content-type", "text/plain")][..],
        &[("content-type", "")],
        &[("content-type", "json")],
        &[("content-type", "application/json; charset=latin1")],
        &[("content-type", "application/json"), ("content-type", "application/json")],
        &[("content-encoding", "gzip")],
    ] {
        for path in ["/", "/optional"] {
            let found = answer(sent(path, fields, BODY)).await;
            assert_eq!(found.code(), "unsupported_media_type", "{path} {fields:?}");
        }
    }
    assert_eq!(answer(sent("/form", &[], "qty=3")).await.code(), "unsupported_media_type");
}

#[tokio::test]
async fn body_without_a_content_type_is_checked_like_any_other() {
    for (body, code) in [
        ("", "malformed_body"),
        ("{", "malformed_body"),
        ("qty=3", "malformed_body"),
        (r#"{"qty":"x"}"#, "validation_failed"),
    ] {
        assert_eq!(answer(sent("/", &[], body)).await.code(), code, "{body}");
    }
    assert_eq!(answer(sent("/optional", &[], BODY)).await.body, "3");
    assert_eq!(answer(sent("/optional", &[], "")).await.body, "none");
}
