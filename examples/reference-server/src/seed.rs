//! The data that an empty database gets.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::{AnyConnection, AnyPool};
use uuid::{Uuid, uuid};

pub(crate) const ACME: Uuid = uuid!("11111111-1111-4111-8111-111111111111");
pub(crate) const GLOBEX: Uuid = uuid!("22222222-2222-4222-8222-222222222222");

/// The id of a knowledge base of the organization acme.
pub(crate) const HANDBOOK: Uuid = uuid!("aaaaaaaa-0001-4000-8000-000000000000");

/// Fills an empty database; a database that has data is left unchanged.
pub(crate) async fn plant(pool: &AnyPool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    if is_planted_first(&mut transaction).await? {
        plant_users(&mut transaction).await?;
        plant_api_keys(&mut transaction).await?;
        sqlx::raw_sql(include_str!("seed/data.sql")).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

/// Inserts the organizations, unless there are any. Of two servers that start at the same moment,
/// the second waits for the transaction of the first at this statement, and then finds them.
async fn is_planted_first(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO organizations (id, name)
         SELECT column1, column2 FROM (VALUES ($1, 'acme'), ($2, 'globex')) AS seed
         WHERE NOT EXISTS (SELECT 1 FROM organizations) ON CONFLICT DO NOTHING",
    )
    .bind(ACME.to_string())
    .bind(GLOBEX.to_string())
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

#[derive(Deserialize)]
struct User {
    id: String,
    email: String,
    password_hash: String,
    status: String,
}

/// Inserts the users, all with the password `correct horse battery staple`. Hashes are bound
/// parameters, because the log line of a statement omits those.
async fn plant_users(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for user in read::<User>(include_str!("seed/users.json"))? {
        sqlx::query("INSERT INTO users (id, email, password_hash, status) VALUES ($1, $2, $3, $4)")
            .bind(user.id)
            .bind(user.email)
            .bind(user.password_hash)
            .bind(user.status)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct ApiKey {
    digest: String,
    org_id: String,
    name: String,
    scopes: Vec<String>,
    expires_at: Option<i64>,
}

/// Inserts the keys `kb_live_acme_ingest` and `kb_live_acme_expired`; real keys are random.
async fn plant_api_keys(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for key in read::<ApiKey>(include_str!("seed/api_keys.json"))? {
        sqlx::query(
            "INSERT INTO api_keys (digest, org_id, name, scopes, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(key.digest)
        .bind(key.org_id)
        .bind(key.name)
        .bind(
            serde_json::to_string(&key.scopes)
                .map_err(|error| sqlx::Error::Encode(error.into()))?,
        )
        .bind(key.expires_at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn read<T: DeserializeOwned>(json: &str) -> Result<Vec<T>, sqlx::Error> {
    serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(error.into()))
}
