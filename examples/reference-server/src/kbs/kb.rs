use definable_errors::extract::ETag;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::{Settings, Tag};

/// A knowledge base, as clients receive it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Kb {
    pub(crate) id: Uuid,
    pub(crate) org_id: Uuid,
    name: String,
    description: Option<String>,
    tags: Vec<Tag>,
    settings: Settings,
    created_at: String,
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

impl FromRow<'_, SqliteRow> for Kb {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get::<Hyphenated, _>("id")?.into_uuid(),
            org_id: row.try_get::<Hyphenated, _>("org_id")?.into_uuid(),
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            tags: row.try_get::<Json<_>, _>("tags")?.0,
            settings: row.try_get::<Json<_>, _>("settings")?.0,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}
