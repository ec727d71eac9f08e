//! The documentation of all problems, at `/problems`.

use axum::extract::State;
use definable_errors::auth::QueryTokenLayer;
use definable_errors::catalog::{Catalog, CatalogPage, UnknownCodeError};
use definable_errors::extract::Path;
use definable_errors::rate_limit::RateLimit;
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stack::Stack;
use definable_errors::{ApiErrorLayer, Mode};
use http::HeaderMap;
use utoipa::OpenApi;

use crate::{AppState, routes};

/// Creates the catalog of the problems of all routes, and of the layers around them. In development, it
/// also shows which routes can answer with a problem, and who may call them.
pub fn catalog(mode: Mode, errors: &ApiErrorLayer) -> Catalog {
    let catalog = Catalog::new()
        .with_layer(errors)
        .path("/problems")
        .with_table(routes(mode).table())
        .with::<Stack<RateLimit>>()
        .with::<QueryTokenLayer>();
    match mode {
        Mode::Production => catalog,
        Mode::Development => catalog.with_routes(),
    }
}

pub(crate) fn pages() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/problems", list).get("/problems/{code}", page)
}

/// The operations of the catalog.
#[derive(OpenApi)]
#[openapi(paths(list, page))]
pub(crate) struct Operations;

/// Lists all problem types.
#[utoipa::path(
    get, path = "/problems", operation_id = "list_problems", tag = "Service",
    responses((
        status = 200, description = "The list.",
        content((String = "text/html"), (Object = "application/json"), (String = "text/markdown")),
    )),
)]
async fn list(_: Public, State(catalog): State<Catalog>, request: HeaderMap) -> CatalogPage {
    catalog.list_page(&request)
}

/// Explains one problem type.
#[utoipa::path(
    get, path = "/problems/{code}", operation_id = "explain_problem", tag = "Service",
    params(("code" = String, Path, description = "The code of the problem type.")),
    responses((
        status = 200, description = "What the problem means, and what to do about it.",
        content((String = "text/html"), (Object = "application/json"), (String = "text/markdown")),
    )),
)]
async fn page(
    _: Public,
    State(catalog): State<Catalog>,
    Path(code): Path<String>,
    request: HeaderMap,
) -> Result<CatalogPage, UnknownCodeError> {
    catalog.page(&code, &request)
}
