//! The reasons why the server does not start.

use std::io;
use std::net::{IpAddr, SocketAddr};

use definable_errors::auth::jwt::JwtError;
use definable_errors::rate_limit::RedisUrlError;
use definable_errors::rbac::RoleSetError;
use definable_errors::upstream::UpstreamBuildError;

/// The reason why the server did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting has an invalid value.
    #[error("{0}")]
    Setting(String),
    /// Development mode exposes internals, so it serves this machine alone.
    #[error("HOST must be a loopback address while APP_ENV asks for development, not {0}")]
    PublicDevelopment(IpAddr),
    /// The database could not be opened, migrated or seeded.
    #[error("DATABASE_URL names a database that cannot be used: {0}")]
    Database(#[source] sqlx::Error),
    /// The roles in the database contradict each other.
    #[error("DATABASE_URL names a database whose roles cannot be used: {0}")]
    Roles(#[from] RoleSetError),
    /// No verifier can be built from the keys.
    #[error("JWT_SECRET and JWKS_URL make no verifier: {0}")]
    Verifier(#[from] JwtError),
    /// The Redis URL is invalid.
    #[error("REDIS_URL is not one that can be used: {0}")]
    Redis(#[from] RedisUrlError),
    /// The URL of the embeddings service is invalid.
    #[error("EMBEDDINGS_URL is not one that can be used: {0}")]
    Embeddings(#[from] UpstreamBuildError),
    /// The address is in use, or does not belong to this machine.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The operating system reported another error.
    #[error("cannot serve: {0}")]
    Serve(#[from] io::Error),
}

impl StartError {
    /// Returns 2 if another setting would help, as shells do for wrong usage, and else 1.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Setting(_)
            | Self::PublicDevelopment(_)
            | Self::Database(_)
            | Self::Roles(_)
            | Self::Verifier(_)
            | Self::Redis(_)
            | Self::Embeddings(_) => 2,
            Self::Listen(..) | Self::Serve(_) => 1,
        }
    }
}

/// A text of sqlx about a URL that cannot be used may repeat a part of it, and so a password.
impl From<sqlx::Error> for StartError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Configuration(_) => {
                Self::Setting("DATABASE_URL has a parameter that cannot be used".into())
            }
            error => Self::Database(error),
        }
    }
}
