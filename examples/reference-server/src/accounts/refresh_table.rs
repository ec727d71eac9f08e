//! The table of refresh tokens.

use std::time::{Duration, SystemTime};

use definable_errors::auth::{RefreshRecord, RefreshState, RefreshStore, Rotation, SecretDigest};
use definable_errors::error::ApiFuture;
use definable_errors::{ApiError, DatabaseExt};
use sqlx::any::AnyRow;
use sqlx::{AnyExecutor, AnyPool, Error, Row};

use crate::db::{Columns, milliseconds, moment};

/// A store of refresh tokens by their digests. Every login deletes those that are no longer needed.
pub(super) struct RefreshTable {
    pool: AnyPool,
}

/// The longest time that [`RefreshTokens`](definable_errors::auth::RefreshTokens) lets a login
/// last.
const LONGEST_LOGIN: Duration = Duration::from_hours(90 * 24);

impl RefreshTable {
    pub(super) const fn new(pool: AnyPool) -> Self {
        Self { pool }
    }

    async fn forget(&self, now: SystemTime) -> Result<(), ApiError> {
        sqlx::query("DELETE FROM refresh_tokens WHERE started_at < $1")
            .bind(milliseconds(now - LONGEST_LOGIN))
            .execute(&self.pool)
            .await
            .or_database()?;
        Ok(())
    }

    /// Marks the token as used, which only one of several requests can do: the others wait for its
    /// transaction, and then no longer find the token fresh.
    async fn exchanged(
        &self,
        digest: &SecretDigest,
        rotation: Rotation,
    ) -> Result<Option<RefreshRecord>, ApiError> {
        let mut transaction = self.pool.begin().await.or_database()?;
        let Some(fresh) = use_up(&mut *transaction, digest).await.or_database()? else {
            let found = find(&mut *transaction, digest).await.or_database()?;
            transaction.rollback().await.or_database()?;
            return Ok(found);
        };
        match rotation.successor(&fresh) {
            Some(next) => {
                add(&mut *transaction, &next).await.or_database()?;
                transaction.commit().await.or_database()?;
            }
            // It has expired.
            None => transaction.rollback().await.or_database()?,
        }
        Ok(Some(fresh))
    }

    /// Revokes the tokens of a family. On PostgreSQL a rotation that runs at the same time may add one
    /// that the statement does not see, so it is repeated until there was nothing left to revoke.
    async fn revoked(&self, digest: &SecretDigest) -> Result<(), ApiError> {
        loop {
            let revoked = sqlx::query(
                "UPDATE refresh_tokens SET state = 'revoked' WHERE state <> 'revoked'
                 AND family = (SELECT family FROM refresh_tokens WHERE digest = $1)",
            )
            .bind(digest.to_hex())
            .execute(&self.pool)
            .await
            .or_database()?;
            if revoked.rows_affected() == 0 {
                return Ok(());
            }
        }
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

/// Marks a fresh token as used, and returns it as it was.
async fn use_up(
    database: impl AnyExecutor<'_>,
    digest: &SecretDigest,
) -> Result<Option<RefreshRecord>, Error> {
    let used = sqlx::query(
        "UPDATE refresh_tokens SET state = 'used' WHERE digest = $1 AND state = 'fresh' RETURNING *",
    )
    .bind(digest.to_hex())
    .try_map(|row| record(*digest, &row))
    .fetch_optional(database)
    .await?;
    Ok(used.map(|record| RefreshRecord { state: RefreshState::Fresh, ..record }))
}

async fn find(
    database: impl AnyExecutor<'_>,
    digest: &SecretDigest,
) -> Result<Option<RefreshRecord>, Error> {
    sqlx::query("SELECT * FROM refresh_tokens WHERE digest = $1")
        .bind(digest.to_hex())
        .try_map(|row| record(*digest, &row))
        .fetch_optional(database)
        .await
}

async fn add(database: impl AnyExecutor<'_>, record: &RefreshRecord) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO refresh_tokens (digest, family, subject, started_at, expires_at, state)
         VALUES ($1, $2, $3, $4, $5, 'fresh')",
    )
    .bind(record.digest.to_hex())
    .bind(record.family.to_string())
    .bind(&record.subject)
    .bind(milliseconds(record.started_at))
    .bind(milliseconds(record.expires_at))
    .execute(database)
    .await?;
    Ok(())
}

fn record(digest: SecretDigest, row: &AnyRow) -> Result<RefreshRecord, Error> {
    let state = match &*row.try_get::<String, _>("state")? {
        "fresh" => RefreshState::Fresh,
        "used" => RefreshState::Used,
        _ => RefreshState::Revoked,
    };
    Ok(RefreshRecord {
        digest,
        family: row.uuid("family")?,
        subject: row.try_get("subject")?,
        started_at: moment(row.try_get("started_at")?),
        expires_at: moment(row.try_get("expires_at")?),
        state,
    })
}
