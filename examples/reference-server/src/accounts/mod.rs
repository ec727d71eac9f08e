//! Logging in: accounts, their passwords, and the tokens that a login issues.

mod account;
mod credentials;
mod error;
mod logins;
mod password;
mod refresh_table;
mod routes;
mod token_pair;

use self::account::Account;
use self::credentials::{Credentials, Presented};
pub(crate) use self::error::AccountError;
use self::error::{LoginProblems, RefreshProblems};
pub(crate) use self::logins::Logins;
use self::refresh_table::RefreshTable;
pub(crate) use self::routes::{Operations, routes};
pub(crate) use self::token_pair::TokenPair;
