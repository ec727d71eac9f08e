//! Pages of a list.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::extract::{Json, Page, Pagination};
use expect_test::expect;

use super::{answer, told};
use crate::support::get;

fn app() -> Router {
    let numbers = |pagination: Pagination| async move {
        let (skip, take) = (pagination.offset(), pagination.limit());
        let numbers = (0..41_i64).filter(|number| (skip..skip + take).contains(number));
        Json(Page::new(pagination, numbers.collect(), 41))
    };
    Router::new().route("/numbers", on_get(numbers))
}

#[tokio::test]
async fn a_page_says_where_it_is() {
    answer(app(), get("/numbers?page=5&page_size=9")).await.is(&expect![[r#""#]]);
    let first = answer(app(), get("/numbers")).await.json();
    assert_eq!((&first["page"], &first["page_size"]), (&1.into(), &20.into()));
    assert_eq!(first["has_more"], true);
}

#[tokio::test]
async fn a_wrong_page_is_told() {
    answer(app(), get("/numbers?page=0&page_size=hunter2")).await.is(&expect![[r#""#]]);
    assert_eq!(told(app(), get("/numbers?page=&page_size=1&page_size=2")).await, [""]);
}
