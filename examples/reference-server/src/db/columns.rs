//! Ids and JSON in columns of text, and the texts that can be stored.

use definable_errors::{ApiError, ResultExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Error, Row};
use uuid::Uuid;

/// An extension trait that reads what a column of text stands for.
pub(crate) trait Columns {
    /// Reads a UUID.
    fn uuid(&self, column: &str) -> Result<Uuid, Error>;

    /// Reads a value from its JSON.
    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, Error>;
}

impl Columns for AnyRow {
    fn uuid(&self, column: &str) -> Result<Uuid, Error> {
        let text: String = self.try_get(column)?;
        Uuid::try_parse(&text).map_err(|error| unreadable(column, error))
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, Error> {
        let text: String = self.try_get(column)?;
        serde_json::from_str(&text).map_err(|error| unreadable(column, error))
    }
}

fn unreadable(column: &str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::ColumnDecode { index: column.to_owned(), source: error.into() }
}

/// Serializes a value for a column.
pub(crate) fn json(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).or_internal()
}

/// Returns whether both databases can store the text: PostgreSQL accepts no U+0000 in one.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}
