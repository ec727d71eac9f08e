use http::HeaderValue;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A knowledge base, as clients see it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Kb {
    pub(crate) id: Uuid,
    pub(crate) org_id: Uuid,
    name: String,
    description: Option<String>,
    tags: Vec<String>,
    settings: Settings,
    created_at: String,
    updated_at: String,
    #[serde(skip)]
    version: i64,
}

impl Kb {
    /// Names this state of it; every change gives it another one.
    pub(crate) fn etag(&self) -> HeaderValue {
        HeaderValue::try_from(format!("\"{}\"", self.version)).expect("digits are a header value")
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

/// How documents are cut into pieces.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(super) chunk_size: i64,
    pub(super) overlap: i64,
    language: Language,
}

impl Default for Settings {
    fn default() -> Self {
        Self { chunk_size: 512, overlap: 64, language: Language::En }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Language {
    En,
    De,
    Fr,
}
