//! The database: one set of queries for SQLite and PostgreSQL.
//!
//! Queries run on [`sqlx::Any`], which chooses the driver by the URL, and use what the two databases
//! have in common:
//!
//! * placeholders are `$1`, `$2`, …;
//! * ids, JSON and times are texts, which [`Columns`] and [`timestamp`] convert: `Any` has no types
//!   for them;
//! * an update that changes nothing locks a row until the transaction ends, because SQLite has no
//!   `SELECT … FOR UPDATE`. It is the first statement of its transaction: SQLite cannot lock after a
//!   read, once another connection has written.
//!
//! Only the migrations differ, and have a folder for each database.

mod columns;
mod database;

pub(crate) use self::columns::{Columns, is_storable, json, milliseconds, moment, timestamp};
pub(crate) use self::database::DatabaseFailure;
pub use self::database::{Database, OpenDatabase};
