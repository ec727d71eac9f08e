use sqlx::{SqliteConnection, SqlitePool};
use uuid::{Uuid, uuid};

pub(crate) const ACME: Uuid = uuid!("11111111-1111-4111-8111-111111111111");
pub(crate) const GLOBEX: Uuid = uuid!("22222222-2222-4222-8222-222222222222");

/// The id of a knowledge base of the organization acme.
pub(crate) const HANDBOOK: Uuid = uuid!("aaaaaaaa-0001-4000-8000-000000000000");

/// Fills an empty database; a database that has data is left unchanged.
pub(crate) async fn plant(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let organizations: i64 = sqlx::query_scalar("SELECT count(*) FROM organizations")
        .fetch_one(&mut *transaction)
        .await?;
    if organizations == 0 {
        sqlx::raw_sql(include_str!("seed/data.sql")).execute(&mut *transaction).await?;
        plant_secrets(&mut transaction).await?;
    }
    transaction.commit().await
}

/// Inserts hashes and digests as bound parameters, because the log line of a statement omits those.
async fn plant_secrets(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    // All users have the password `correct horse battery staple`.
    sqlx::query(
        "INSERT INTO users (id, email, password_hash, status)
         SELECT value ->> 'id', value ->> 'email', value ->> 'password_hash', value ->> 'status'
         FROM json_each(?)",
    )
    .bind(include_str!("seed/users.json"))
    .execute(&mut *connection)
    .await?;
    // The keys are `kb_live_acme_ingest` and `kb_live_acme_expired`; real keys are random.
    sqlx::query(
        "INSERT INTO api_keys (digest, org_id, name, scopes, expires_at)
         SELECT value ->> 'digest', value ->> 'org_id', value ->> 'name', value -> 'scopes',
         value ->> 'expires_at' FROM json_each(?)",
    )
    .bind(include_str!("seed/api_keys.json"))
    .execute(connection)
    .await?;
    Ok(())
}
