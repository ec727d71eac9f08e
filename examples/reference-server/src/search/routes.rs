//! The route of the search.

use axum::extract::State;
use definable_errors::extract::{Inputs, Json, Query, Valid};
use definable_errors::rbac::Require;
use definable_errors::router::GuardedRouter;
use definable_errors::{Declared, RequestContext};
use serde::Serialize;
use sqlx::AnyPool;
use utoipa::{OpenApi, ToSchema};

use super::{Index, Match, SearchProblems, SearchQuery, store};
use crate::AppState;
use crate::access::{InOrg, KbRead};
use crate::kbs::KbId;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/api/v1/kbs/{kb_id}/search", search)
}

/// The documents that are similar to the query, the most similar one first.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    items: Vec<Match>,
}

/// The operations of the search.
#[derive(OpenApi)]
#[openapi(paths(search))]
pub(crate) struct Operations;

/// Searches the documents of a knowledge base.
#[utoipa::path(
    get, path = "/api/v1/kbs/{kb_id}/search", operation_id = "search", tag = "Documents",
    params(InOrg, ("kb_id" = Uuid, Path, description = "The id of the knowledge base."), SearchQuery),
    responses((status = 200, description = "The documents that match, the best first.", body = Found)),
)]
async fn search(
    _: Require<KbRead>,
    State(pool): State<AnyPool>,
    State(index): State<Index>,
    context: RequestContext,
    Inputs((KbId(kb_id), Valid(Query(query)))): Inputs<(KbId, Valid<Query<SearchQuery>>)>,
) -> Result<Json<Found>, Declared<SearchProblems>> {
    let texts = store::texts(&pool, kb_id).await?;
    let items = index.search(&context, &query.q, texts).await?;
    Ok(Json(Found { items }))
}
