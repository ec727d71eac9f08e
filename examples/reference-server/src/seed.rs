use sqlx::SqlitePool;
use uuid::{Uuid, uuid};

pub(crate) const ACME: Uuid = uuid!("11111111-1111-4111-8111-111111111111");
pub(crate) const GLOBEX: Uuid = uuid!("22222222-2222-4222-8222-222222222222");

/// A knowledge base of acme.
pub(crate) const HANDBOOK: Uuid = uuid!("aaaaaaaa-0001-4000-8000-000000000000");

/// Fills an empty database; one that has data keeps them as they are.
pub(crate) async fn plant(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let organizations: i64 = sqlx::query_scalar("SELECT count(*) FROM organizations")
        .fetch_one(&mut *transaction)
        .await?;
    if organizations == 0 {
        sqlx::raw_sql(include_str!("seed.sql")).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}
