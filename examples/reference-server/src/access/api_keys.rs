//! Programs, and the API keys by which they are recognized.

use std::time::{Duration, SystemTime};

use definable_errors::auth::{ApiKeyRecord, ApiKeyState, ApiKeyStore, Principal, SecretDigest};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::{ApiError, DatabaseExt};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Error, Row};
use uuid::Uuid;

use crate::db::Columns;

/// A program of an organization, identified by its API key.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) org_id: Uuid,
    pub(crate) name: String,
}

impl Principal for Program {
    fn subject(&self) -> Subject {
        Subject::api_key(&self.name)
    }
}

/// A store that looks up API keys by their digests.
pub(crate) struct ApiKeyTable {
    pool: AnyPool,
}

impl ApiKeyTable {
    pub(crate) const fn new(pool: AnyPool) -> Self {
        Self { pool }
    }

    async fn look_up(
        &self,
        digest: SecretDigest,
    ) -> Result<Option<ApiKeyRecord<Program>>, ApiError> {
        sqlx::query(
            "SELECT org_id, name, scopes, expires_at, status FROM api_keys WHERE digest = $1",
        )
        .bind(digest.to_hex())
        .try_map(|row| record(digest, &row))
        .fetch_optional(&self.pool)
        .await
        .or_database()
    }
}

impl ApiKeyStore<Program> for ApiKeyTable {
    fn find<'a>(
        &'a self,
        digest: &'a SecretDigest,
    ) -> ApiFuture<'a, Option<ApiKeyRecord<Program>>> {
        ApiFuture::boxed(self.look_up(*digest))
    }
}

fn record(digest: SecretDigest, row: &AnyRow) -> Result<ApiKeyRecord<Program>, Error> {
    let program = Program { org_id: row.uuid("org_id")?, name: row.try_get("name")? };
    let state = match &*row.try_get::<String, _>("status")? {
        "active" => ApiKeyState::Active,
        _ => ApiKeyState::Inactive,
    };
    let expiry: Option<i64> = row.try_get("expires_at")?;
    Ok(ApiKeyRecord::new(digest, program)
        .with_scopes(row.json::<Vec<String>>("scopes")?)
        .with_expiry(expiry.map(moment))
        .with_state(state))
}

/// Converts a Unix timestamp in seconds. One before 1970 becomes 1970, which is past all the same.
fn moment(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap_or_default())
}
