//! Ids, JSON and times in columns of text and of numbers, and the texts that can be stored. The
//! program
//! sets the times, because the databases have no function for them in common.

use std::time::{Duration, SystemTime};

use definable_errors::{ApiError, ResultExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Error, Row};
use uuid::Uuid;

/// An extension trait that reads typed values from columns of text.
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

/// Returns the current time as clients receive it: RFC 3339 in UTC, with milliseconds.
pub(crate) fn timestamp() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

/// Converts a time to milliseconds since 1970. One before 1970 becomes zero.
pub(crate) fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(i64::MAX)
}

/// Converts milliseconds since 1970 to a time. A negative number becomes 1970.
pub(crate) fn moment(milliseconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds.try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_time_is_read_back() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_123);
        assert_eq!(moment(milliseconds(time)), time);
        assert_eq!(milliseconds(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), 0);
        assert_eq!(moment(-1), SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn timestamps_have_milliseconds_and_are_in_utc() {
        let now = timestamp();
        assert!(now.len() == "2026-01-01T00:00:00.000Z".len() && now.ends_with('Z'), "{now}");
    }
}
