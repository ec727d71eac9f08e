//! `DATABASE_URL`: where the data is, how it is opened, and its tables in the dialect of each
//! database.

use std::borrow::Cow;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use std::{env, io};

use definable_errors::problem::{ProblemTypes, SERVICE_UNAVAILABLE, Types};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, AnyPool, Connection, SqlSafeStr};
use uuid::Uuid;

use crate::SecretUrl;

/// The problem types of a failed query: the database is overloaded, or two transactions were in each
/// other's way. Anything else is an internal error.
#[derive(Debug)]
pub(crate) enum DatabaseFailure {}

impl ProblemTypes for DatabaseFailure {
    const TYPES: Types = Types { own: &[&SERVICE_UNAVAILABLE], others: &[] };
}

/// Includes the migrations in a folder.
macro_rules! folder {
    ($folder:literal) => {
        migrator([
            include_str!(concat!("../../migrations/", $folder, "/1_kbs.sql")),
            include_str!(concat!("../../migrations/", $folder, "/2_documents.sql")),
            include_str!(concat!("../../migrations/", $folder, "/3_accounts.sql")),
            include_str!(concat!("../../migrations/", $folder, "/4_jobs.sql")),
        ])
    };
}

/// The location of the data: in memory, in a file of SQLite, or on a PostgreSQL server.
///
/// Its `Debug` output does not contain the URL, which may contain a password.
#[derive(Debug, Clone)]
pub struct Database {
    url: SecretUrl,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Memory,
    File,
    Postgres,
}

/// The longest wait for a connection, at the start and later.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

impl Database {
    /// Opens the database and runs its migrations. Servers that start at the same moment on one
    /// PostgreSQL run them one after the other, so all but the first find them done.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be opened or reached within three seconds, or if it
    /// is not a database of this service.
    pub async fn open(self) -> Result<OpenDatabase, sqlx::Error> {
        install_default_drivers();
        let options: AnyConnectOptions = self.url.as_str().parse()?;
        // A pool would repeat a refused connection until its time is over, and then not say why.
        let connecting = AnyConnection::connect_with(&options);
        let late = |_| sqlx::Error::Io(io::ErrorKind::TimedOut.into());
        let mut first = tokio::time::timeout(CONNECT_TIMEOUT, connecting).await.map_err(late)??;
        if let Some(setting) = self.setting() {
            sqlx::raw_sql(setting).execute(&mut first).await?;
        }
        self.migrations().run(&mut first).await?;
        let pool = self.pool().connect_with(options).await?;
        let anchor = match self.kind {
            Kind::Memory => Some(first),
            Kind::File | Kind::Postgres => {
                first.close().await?;
                None
            }
        };
        Ok(OpenDatabase { pool, _anchor: anchor })
    }

    /// Returns the statement that the first connection starts with.
    const fn setting(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Memory => None,
            // Readers do not wait for a writer then. The file keeps this setting.
            Kind::File => Some("PRAGMA journal_mode = WAL"),
            // PostgreSQL would notice at each start that the table of migrations exists already.
            Kind::Postgres => Some("SET client_min_messages = warning"),
        }
    }

    fn migrations(&self) -> Migrator {
        match self.kind {
            Kind::Memory | Kind::File => folder!("sqlite"),
            Kind::Postgres => folder!("postgres"),
        }
    }

    fn pool(&self) -> AnyPoolOptions {
        let connections = match self.kind {
            // A second connection would only find the tables locked.
            Kind::Memory => 1,
            Kind::File => 4,
            // PostgreSQL allows 100 by default, for all servers together.
            Kind::Postgres => 10,
        };
        AnyPoolOptions::new().acquire_timeout(CONNECT_TIMEOUT).max_connections(connections)
    }

    /// Returns a database in memory, with a name so that all connections find the same one.
    fn memory() -> Self {
        let url = format!("sqlite:file:{}?mode=memory&cache=shared", Uuid::new_v4());
        Self { url: SecretUrl::from(url), kind: Kind::Memory }
    }

    /// Returns a file, with the parameters that a URL of SQLite may have.
    fn file(name: &str, parameters: &str) -> Result<Self, Unusable> {
        let name = absolute(name)?;
        let parameters = if parameters.contains("mode=") {
            parameters.to_owned()
        } else {
            format!("mode=rwc&{parameters}")
        };
        let url = format!("sqlite://{name}?{parameters}");
        let options: Result<SqliteConnectOptions, _> = url.parse();
        // sqlx repeats the text that it cannot parse, which may contain a secret.
        options.map_err(|_| "is not a URL of SQLite that can be used")?;
        Ok(Self { url: SecretUrl::from(url), kind: Kind::File })
    }

    fn postgres(url: &str) -> Result<Self, Unusable> {
        if !cfg!(feature = "postgres") {
            return Err(
                "is a URL of PostgreSQL; build the server with the feature `postgres`".into()
            );
        }
        let options: Result<AnyConnectOptions, _> = url.parse();
        options.map_err(|_| "is not a URL of PostgreSQL that can be used")?;
        Ok(Self { url: SecretUrl::from(url.to_owned()), kind: Kind::Postgres })
    }
}

/// The reason why a text is not a location of data, after the name of the setting.
type Unusable = Cow<'static, str>;

/// An open database. Keep it for as long as its pool is used.
#[derive(Debug)]
pub struct OpenDatabase {
    /// The pool that queries run on.
    pub pool: AnyPool,
    /// SQLite drops data in memory with the last connection, and the pool closes a connection if a
    /// client disconnects at the wrong moment. This one is not used after the start, so it stays
    /// open.
    _anchor: Option<AnyConnection>,
}

impl FromStr for Database {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
        match scheme {
            "postgres" | "postgresql" => return Self::postgres(text),
            "sqlite" => {}
            _ if text == ":memory:" => return Ok(Self::memory()),
            _ if text.is_empty() || text.contains("://") => {
                return Err("must be sqlite::memory:, the path of a file, or postgres://…".into());
            }
            // A path is not a URL: it may contain what is special in one.
            _ => return Self::file(&escaped(text), ""),
        }
        let (name, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let name = name.strip_prefix("//").unwrap_or(name);
        if name == ":memory:" || parameters.contains("mode=memory") {
            return Ok(Self::memory());
        }
        Self::file(name, parameters)
    }
}

/// Returns the absolute form of an escaped path: a URL would take the first folder of a relative one
/// for a host.
fn absolute(name: &str) -> Result<String, Unusable> {
    if Path::new(name).is_absolute() {
        return Ok(name.to_owned());
    }
    let folder = env::current_dir().map_err(|_| "needs an absolute path in this folder")?;
    let folder = folder.to_str().ok_or("needs an absolute path in this folder")?;
    Ok(format!("{}/{}", escaped(folder), name.trim_start_matches("./")))
}

/// Escapes the characters of a path that are special in a URL of SQLite.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

/// The migrations run in this order. A change of one that has run somewhere stops the start.
const NAMES: [&str; 4] = ["kbs", "documents", "accounts", "jobs"];

fn migrator(files: [&'static str; 4]) -> Migrator {
    let named = (1..).zip(NAMES).zip(files);
    let migrations = named.map(|((version, name), sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(text: &str) -> Result<(Kind, String), String> {
        let database: Database = text.parse().map_err(|error: Unusable| error.to_string())?;
        Ok((database.kind, database.url.as_str().to_owned()))
    }

    /// Returns the file that SQLite opens.
    fn opened(text: &str) -> String {
        let (kind, url) = database(text).unwrap();
        assert_eq!(kind, Kind::File);
        let options: AnyConnectOptions = url.parse().unwrap();
        let options: SqliteConnectOptions = options.database_url.as_str().parse().unwrap();
        options.get_filename().to_str().unwrap().to_owned()
    }

    #[test]
    fn path_and_url_of_a_file_are_the_same_file() {
        for text in ["/data/kbs.db", "sqlite:/data/kbs.db", "sqlite:///data/kbs.db?cache=private"] {
            assert_eq!(opened(text), "/data/kbs.db");
        }
        let here = env::current_dir().unwrap();
        let here = here.to_str().unwrap();
        for text in ["kbs.db", "./kbs.db", "sqlite:kbs.db", "sqlite://kbs.db?mode=rw"] {
            assert_eq!(opened(text), format!("{here}/kbs.db"));
        }
    }

    #[test]
    fn path_may_contain_what_is_special_in_a_url() {
        for path in ["/data/100%.db", "/data/a%20b.db", "/data/what?.db", "/data/#1 ü.db"] {
            assert_eq!(opened(path), path);
        }
    }

    #[test]
    fn databases_in_memory_are_apart() {
        let (one, other) = (database("sqlite::memory:").unwrap(), database(":memory:").unwrap());
        assert_eq!((one.0, other.0), (Kind::Memory, Kind::Memory));
        assert_ne!(one.1, other.1);
    }

    #[test]
    fn other_databases_are_rejected() {
        for text in ["", "mysql://localhost/kbs", "https://kbs.example"] {
            assert!(database(text).unwrap_err().starts_with("must be"), "{text}");
        }
        assert!(database("sqlite:kbs.db?mode=hunter2").unwrap_err().starts_with("is not"));
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn url_of_postgres_is_not_in_debug_output() {
        let database: Database = "postgres://kbs:hunter2@db.example/kbs".parse().unwrap();
        assert_eq!(database.kind, Kind::Postgres);
        assert!(!format!("{database:?}").contains("hunter2"));
    }

    #[cfg(not(feature = "postgres"))]
    #[test]
    fn postgres_without_its_feature_is_rejected_with_the_feature_named() {
        for text in ["postgres://kbs:hunter2@db.example/kbs", "postgresql:///kbs"] {
            let error = database(text).unwrap_err();
            assert!(error.contains("feature `postgres`") && !error.contains("hunter2"), "{error}");
        }
    }
}
