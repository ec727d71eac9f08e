//! The roles, which are read at the start.

use definable_errors::rbac::{RoleDefinition, RoleSet};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Error, Row};

use crate::StartError;
use crate::db::Columns;

/// Loads the roles of the service. A role that is added later takes effect after a restart.
pub(crate) async fn load(pool: &AnyPool) -> Result<RoleSet, StartError> {
    let roles = sqlx::query("SELECT name, level, grants FROM roles")
        .try_map(|row| definition(&row))
        .fetch_all(pool)
        .await?;
    Ok(RoleSet::new(roles)?)
}

fn definition(row: &AnyRow) -> Result<RoleDefinition, Error> {
    let level: i32 = row.try_get("level")?;
    let level = u16::try_from(level).map_err(|error| Error::Decode(error.into()))?;
    let name: String = row.try_get("name")?;
    Ok(RoleDefinition::new(name, level).with_grants::<String>(row.json::<Vec<String>>("grants")?))
}
