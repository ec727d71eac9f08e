use axum::extract::State;
use definable_errors::extract::{Inputs, Json, Query, Valid};
use definable_errors::rbac::Require;
use definable_errors::router::GuardedRouter;
use definable_errors::{Declared, RequestContext};
use serde::Serialize;
use sqlx::AnyPool;

use super::{Index, Match, SearchProblems, SearchQuery, store};
use crate::AppState;
use crate::access::KbRead;
use crate::kbs::KbId;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/api/v1/kbs/{kb_id}/search", search)
}

/// The documents that are similar to the query, the most similar one first.
#[derive(Debug, Serialize)]
struct Found {
    items: Vec<Match>,
}

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
