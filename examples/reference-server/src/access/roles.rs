use definable_errors::rbac::{RoleDefinition, RoleSet};
use sqlx::SqlitePool;
use sqlx::types::Json;

use crate::StartError;

/// Loads the roles of the service. A role that is added later takes effect after a restart.
pub(crate) async fn load(pool: &SqlitePool) -> Result<RoleSet, StartError> {
    let rows: Vec<(String, u16, Json<Vec<String>>)> =
        sqlx::query_as("SELECT name, level, grants FROM roles").fetch_all(pool).await?;
    let definition = |(name, level, Json(grants)): (String, _, _)| {
        RoleDefinition::new(name, level).with_grants::<String>(grants)
    };
    Ok(RoleSet::new(rows.into_iter().map(definition))?)
}
