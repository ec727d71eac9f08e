use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use definable_errors::problem::{ProblemTypes, SERVICE_UNAVAILABLE, Types};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{Connection, SqlSafeStr, SqliteConnection, SqlitePool};

/// The problem types of a failed query: the database is overloaded. Anything else is an internal
/// error.
#[derive(Debug)]
pub(crate) enum DatabaseFailure {}

impl ProblemTypes for DatabaseFailure {
    const TYPES: Types = Types { own: &[&SERVICE_UNAVAILABLE], others: &[] };
}

/// The location of the data: in memory or in a file.
#[derive(Debug, Clone)]
pub struct Database {
    connect: SqliteConnectOptions,
    is_in_memory: bool,
}

impl Database {
    /// Opens the database and runs its migrations.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened, or if it is not a database of this service.
    pub async fn open(self) -> Result<OpenDatabase, sqlx::Error> {
        let anchor = SqliteConnection::connect_with(&self.connect).await?;
        let pool = self.pool().connect_with(self.connect).await?;
        migrations().run(&pool).await?;
        Ok(OpenDatabase { pool, _anchor: anchor })
    }

    fn pool(&self) -> SqlitePoolOptions {
        let pool = SqlitePoolOptions::new().acquire_timeout(Duration::from_secs(3));
        match self.is_in_memory {
            // A second connection would only find the tables locked.
            true => pool.max_connections(1),
            false => pool.max_connections(4),
        }
    }
}

/// An open database. Keep it for as long as its pool is used.
#[derive(Debug)]
pub struct OpenDatabase {
    /// The pool that queries run on.
    pub pool: SqlitePool,
    /// SQLite drops data in memory with the last connection, and the pool closes a connection if a
    /// client disconnects at the wrong moment. This one is never used, so it stays open.
    _anchor: SqliteConnection,
}

impl FromStr for Database {
    type Err = Cow<'static, str>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || (text.contains("://") && !text.starts_with("sqlite:")) {
            return Err("must be sqlite::memory: or the path of a file".into());
        }
        let is_in_memory = text.contains(":memory:") || text.contains("mode=memory");
        let connect = match text.starts_with("sqlite:") || is_in_memory {
            true => {
                // sqlx repeats the text that it cannot parse, which may contain a secret.
                text.parse().map_err(|_| "is not a URL of SQLite that can be used")?
            }
            false => SqliteConnectOptions::new().filename(text),
        };
        let connect = match is_in_memory {
            true => connect,
            false => connect.create_if_missing(true).journal_mode(SqliteJournalMode::Wal),
        };
        Ok(Self { connect, is_in_memory })
    }
}

fn migrations() -> Migrator {
    Migrator::with_migrations(vec![
        migration(1, "kbs", include_str!("../migrations/1_kbs.sql")),
        migration(2, "documents", include_str!("../migrations/2_documents.sql")),
        migration(3, "accounts", include_str!("../migrations/3_accounts.sql")),
        migration(4, "jobs", include_str!("../migrations/4_jobs.sql")),
    ])
}

fn migration(version: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
}
