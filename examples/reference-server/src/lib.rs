//! A knowledge-base API for organizations, in which every error response is a correct problem.
//!
//! [`serve`] starts it as `main` does; [`app()`] returns the service alone, and [`routes`] its
//! routes with their guards; [`catalog()`] documents their problems. [`Database`] is SQLite or, with
//! the feature `postgres`, PostgreSQL, on which several servers share users, refresh tokens and jobs.

mod access;
mod accounts;
mod app;
mod around;
mod catalog;
mod db;
mod debug;
mod docs;
mod documents;
mod embeddings;
mod health;
mod hooks;
mod jobs;
mod kbs;
mod logging;
mod members;
mod oauth;
mod page;
mod search;
mod seed;
mod serve;
mod settings;
mod socket;
mod start_error;
mod state;
mod users;
mod v0;
mod welcome;

pub use self::access::{JwtSecret, TokenKeys};
pub use self::app::{app, routes};
pub use self::around::{AddressQuota, CorsOrigins, Deadline, Limits, errors, stack};
pub use self::catalog::catalog;
use self::db::DatabaseFailure;
pub use self::db::{Database, OpenDatabase};
pub use self::docs::Documents;
pub use self::embeddings::Embeddings;
pub use self::logging::LogFormat;
pub use self::oauth::{OAuth, OAuthSettings};
pub use self::serve::serve;
pub use self::settings::{ProblemBase, SecretUrl, Settings};
pub use self::start_error::StartError;
pub use self::state::AppState;
