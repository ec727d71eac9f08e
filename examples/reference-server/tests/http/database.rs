//! Databases that tests change behind the server's back, or that outlive a server.
//!
//! The tests run on SQLite. With `POSTGRES_TEMPLATE`, the URL of a database of this service, they run on
//! PostgreSQL: each database is a copy of that one.

use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use support::files::Folder;
use support::postgres;

/// The variable that names the database to copy.
pub(crate) const TEMPLATE: &str = "POSTGRES_TEMPLATE";

/// A database that is deleted when the test ends.
pub(crate) struct Database {
    url: String,
    place: Place,
}

enum Place {
    File { _folder: Folder },
    Postgres { _database: postgres::Database },
}

impl Database {
    /// Creates a database. One on PostgreSQL has the seed data already.
    pub(crate) fn new(name: &str) -> Self {
        Self::copy_of_template().unwrap_or_else(|| {
            let folder = Folder::create();
            let path = folder.path().join(format!("{name}.db"));
            let url = path.to_str().expect("the path is text").to_owned();
            Self { url, place: Place::File { _folder: folder } }
        })
    }

    /// Creates a database on PostgreSQL if the tests run there.
    pub(crate) fn copy_of_template() -> Option<Self> {
        let database = postgres::Database::copy(&std::env::var(TEMPLATE).ok()?);
        Some(Self { url: database.url(), place: Place::Postgres { _database: database } })
    }

    /// Returns the value of `DATABASE_URL`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Changes the database without the server's knowledge.
    pub(crate) async fn run(&self, sql: &'static str) {
        let mut connection = self.connection().await;
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statement is right");
    }

    /// Returns the one text that a query finds in a column of bytes.
    pub(crate) async fn text(&self, sql: String) -> String {
        let mut connection = self.connection().await;
        let found = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await;
        let bytes: Vec<u8> = found.expect("there is one");
        String::from_utf8(bytes).expect("it is text")
    }

    /// Returns everything that is stored: the contents of the file and of those beside it, or all
    /// tables.
    pub(crate) async fn contents(&self) -> Vec<u8> {
        if let Place::File { .. } = self.place {
            let parts = ENDS.map(|end| std::fs::read(format!("{}{end}", self.url)));
            return parts.into_iter().flatten().flatten().collect();
        }
        let tables = sqlx::query_scalar("SELECT database_to_xml(true, false, '')::text");
        let tables: String = tables.fetch_one(&mut self.connection().await).await.unwrap();
        tables.into_bytes()
    }

    /// Returns what the database reports of a table that does not exist.
    pub(crate) fn missing(&self, table: &str) -> String {
        match self.place {
            Place::File { .. } => format!("no such table: {table}"),
            Place::Postgres { .. } => format!("relation \"{table}\" does not exist"),
        }
    }

    async fn connection(&self) -> AnyConnection {
        install_default_drivers();
        let url = match self.place {
            Place::File { .. } => format!("sqlite://{}", self.url),
            Place::Postgres { .. } => self.url.clone(),
        };
        AnyConnection::connect(&url).await.expect("it is a database")
    }
}

const ENDS: [&str; 3] = ["", "-wal", "-shm"];
