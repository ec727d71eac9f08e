//! Tests of three processes of the reference server that share one PostgreSQL, and quotas in one
//! Redis.

mod jobs;
mod quotas;
mod replica;
mod starts;
mod tokens;

use self::replica::{Replica, start};
