//! Logging in: accounts, their passwords, and the tokens that a login issues.

mod account;
mod logins;
mod password;
mod refresh_table;
mod routes;

pub(crate) use self::account::AccountError;
use self::account::{Account, Credentials, LoginProblems, Presented, RefreshProblems};
pub(crate) use self::logins::{Logins, TokenPair};
use self::refresh_table::RefreshTable;
pub(crate) use self::routes::{Operations, routes};
