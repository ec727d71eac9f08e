//! The tables, in the dialect of each database.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

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

pub(super) fn sqlite() -> Migrator {
    folder!("sqlite")
}

pub(super) fn postgres() -> Migrator {
    folder!("postgres")
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
