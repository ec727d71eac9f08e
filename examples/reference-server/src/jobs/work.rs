//! What jobs do.

use std::io;
use std::time::Duration;

use definable_errors::{ApiError, ResultExt};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{JobKind, store};

/// The number of steps of a job, and the time that each takes.
const STEPS: u8 = 5;
const STEP: Duration = Duration::from_millis(100);

/// Does the work of a job, and returns its result as JSON.
pub(super) async fn run(
    pool: AnyPool,
    (id, kb_id): (Uuid, Uuid),
    kind: JobKind,
) -> Result<String, ApiError> {
    for step in 0..STEPS {
        store::progress(&pool, id, step * (100 / STEPS)).await?;
        tokio::time::sleep(STEP).await;
    }
    match kind {
        JobKind::Reindex => reindex(&pool, kb_id).await,
        JobKind::Fail => Err(io::Error::other("the index cannot be written")).or_internal(),
    }
}

async fn reindex(pool: &AnyPool, kb_id: Uuid) -> Result<String, ApiError> {
    let (documents, bytes) = store::documents(pool, kb_id).await?;
    Ok(format!(r#"{{"documents":{documents},"bytes":{bytes}}}"#))
}
