//! Tests of database errors with a real PostgreSQL: constraints, transactions that are in each
//! other's way, and a pool without a free connection.

mod constraints;
mod server;
mod transactions;

pub(crate) use self::server::Server;
