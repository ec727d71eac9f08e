use std::time::{Duration, SystemTime};

use definable_errors::auth::{RefreshRecord, RefreshState, RefreshStore, Rotation, SecretDigest};
use definable_errors::error::ApiFuture;
use definable_errors::{ApiError, DatabaseExt};
use sqlx::sqlite::SqliteRow;
use sqlx::{Error, Row, SqliteExecutor, SqlitePool};
use uuid::fmt::Hyphenated;

/// A store of refresh tokens by their digests. Every login deletes those that are no longer needed.
pub(super) struct RefreshTable {
    pool: SqlitePool,
}

/// The longest time that [`RefreshTokens`](definable_errors::auth::RefreshTokens) lets a login
/// last.
const LONGEST_LOGIN: Duration = Duration::from_hours(90 * 24);

impl RefreshTable {
    pub(super) const fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    async fn forget(&self, now: SystemTime) -> Result<(), ApiError> {
        sqlx::query("DELETE FROM refresh_tokens WHERE started_at < ?")
            .bind(milliseconds(now - LONGEST_LOGIN))
            .execute(&self.pool)
            .await
            .or_database()?;
        Ok(())
    }

    async fn exchanged(
        &self,
        digest: &SecretDigest,
        rotation: Rotation,
    ) -> Result<Option<RefreshRecord>, ApiError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.or_database()?;
        let found = find(&mut *transaction, digest).await.or_database()?;
        if let Some(next) = found.as_ref().and_then(|found| rotation.successor(found)) {
            sqlx::query("UPDATE refresh_tokens SET state = 'used' WHERE digest = ?")
                .bind(digest.to_hex())
                .execute(&mut *transaction)
                .await
                .or_database()?;
            add(&mut *transaction, &next).await.or_database()?;
        }
        transaction.commit().await.or_database()?;
        Ok(found)
    }

    async fn revoked(&self, digest: &SecretDigest) -> Result<(), ApiError> {
        sqlx::query(
            "UPDATE refresh_tokens SET state = 'revoked'
             WHERE family = (SELECT family FROM refresh_tokens WHERE digest = ?)",
        )
        .bind(digest.to_hex())
        .execute(&self.pool)
        .await
        .or_database()?;
        Ok(())
    }
}

impl RefreshStore for RefreshTable {
    fn insert(&self, record: RefreshRecord) -> ApiFuture<'_, ()> {
        ApiFuture::boxed(async move {
            self.forget(record.started_at).await?;
            add(&self.pool, &record).await.or_database()
        })
    }

    fn rotate<'a>(
        &'a self,
        digest: &'a SecretDigest,
        rotation: Rotation,
    ) -> ApiFuture<'a, Option<RefreshRecord>> {
        ApiFuture::boxed(self.exchanged(digest, rotation))
    }

    fn revoke<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, ()> {
        ApiFuture::boxed(self.revoked(digest))
    }
}

async fn find(
    database: impl SqliteExecutor<'_>,
    digest: &SecretDigest,
) -> Result<Option<RefreshRecord>, Error> {
    sqlx::query("SELECT * FROM refresh_tokens WHERE digest = ?")
        .bind(digest.to_hex())
        .try_map(|row| record(*digest, &row))
        .fetch_optional(database)
        .await
}

async fn add(database: impl SqliteExecutor<'_>, record: &RefreshRecord) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO refresh_tokens (digest, family, subject, started_at, expires_at, state)
         VALUES (?, ?, ?, ?, ?, 'fresh')",
    )
    .bind(record.digest.to_hex())
    .bind(record.family.hyphenated())
    .bind(&record.subject)
    .bind(milliseconds(record.started_at))
    .bind(milliseconds(record.expires_at))
    .execute(database)
    .await?;
    Ok(())
}

fn record(digest: SecretDigest, row: &SqliteRow) -> Result<RefreshRecord, Error> {
    let state = match row.try_get("state")? {
        "fresh" => RefreshState::Fresh,
        "used" => RefreshState::Used,
        _ => RefreshState::Revoked,
    };
    Ok(RefreshRecord {
        digest,
        family: row.try_get::<Hyphenated, _>("family")?.into_uuid(),
        subject: row.try_get("subject")?,
        started_at: moment(row.try_get("started_at")?),
        expires_at: moment(row.try_get("expires_at")?),
        state,
    })
}

fn milliseconds(moment: SystemTime) -> i64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(i64::MAX)
}

fn moment(milliseconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds.try_into().unwrap_or_default())
}
