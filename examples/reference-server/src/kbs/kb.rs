use definable_errors::extract::ETag;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Settings, Tag};
use crate::db::Columns;

/// A knowledge base, as clients receive it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Kb {
    pub(crate) id: Uuid,
    pub(crate) org_id: Uuid,
    name: String,
    description: Option<String>,
    tags: Vec<Tag>,
    settings: Settings,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[serde(skip)]
    version: i64,
}

impl Kb {
    /// Returns the entity tag of this state; every change results in another one.
    pub(crate) fn etag(&self) -> ETag {
        ETag::strong(self.version.to_string())
    }
}

impl FromRow<'_, AnyRow> for Kb {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            org_id: row.uuid("org_id")?,
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            tags: row.json("tags")?,
            settings: row.json("settings")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}
