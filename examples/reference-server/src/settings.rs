use std::net::{IpAddr, SocketAddr};

use clap::Parser;
use clap::error::ErrorKind;
use definable_errors::Mode;
use tracing_subscriber::filter::Targets;

use crate::{
    AddressQuota, CorsOrigins, Database, Deadline, JwtSecret, LogFormat, OAuthSettings,
    ProblemBase, SecretUrl, StartError, environment, secret_url,
};

/// The settings from the environment and the flags; flags take precedence.
#[derive(Debug, Clone, Parser)]
#[command(about = "A knowledge-base API in which every error that leaves is right")]
pub struct Settings {
    /// Port to listen on; 0 picks one and prints it
    #[arg(long, env, default_value_t = 8000)]
    pub port: u16,
    /// Address to listen on
    #[arg(long, env, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// `dev` or `development` for development mode; anything else is production
    #[arg(long, env, default_value = "")]
    pub app_env: String,
    /// `sqlite::memory:`, the path of a file, or `postgres://…` for several servers
    #[arg(long, env, hide_env_values = true, default_value = "sqlite::memory:")]
    pub database_url: Database,
    /// Secret that access tokens are signed with, 32 random bytes or more; random when not set
    #[arg(long, env, hide_env_values = true)]
    pub jwt_secret: Option<JwtSecret>,
    /// Key set of another issuer whose access tokens are accepted, too
    #[arg(long, env, hide_env_values = true)]
    pub jwks_url: Option<SecretUrl>,
    /// Redis in which several servers share their counts; each counts in memory when not set
    #[arg(long, env, hide_env_values = true)]
    pub redis_url: Option<SecretUrl>,
    /// Embeddings service that the search calls; a built-in stand-in on another port when not set
    #[arg(long, env, hide_env_values = true)]
    pub embeddings_url: Option<SecretUrl>,
    /// Number of requests that one client address may send per period
    #[arg(long, env, default_value = "100/60s")]
    pub rate_limit: AddressQuota,
    /// Longest time that a request may take
    #[arg(long, env, default_value = "10s")]
    pub deadline: Deadline,
    /// Origins whose pages may read responses and open sockets, separated by commas; no CORS headers
    /// when not set
    #[arg(long, env)]
    pub cors_origins: Option<CorsOrigins>,
    /// Base of the `type` URI of problems, before the code
    #[arg(long, env, default_value = "/problems/")]
    pub problem_base: ProblemBase,
    /// The provider at which users log in
    #[command(flatten)]
    pub oauth: OAuthSettings,
    /// Filter for log events, such as `info,definable_errors=debug`
    #[arg(long, env, default_value = "info")]
    pub log: Targets,
    /// Format of log lines: `text` or `json`
    #[arg(long, env, default_value = "text")]
    pub log_format: LogFormat,
}

impl Settings {
    /// Reads the flags and the environment of this process. With `--help`, prints the help and
    /// exits.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not valid for its setting.
    pub fn read() -> Result<Self, StartError> {
        let settings = Self::try_parse().map_err(|error| explained(&error))?;
        environment::agree(&settings.app_env)?;
        settings.check()?;
        Ok(settings)
    }

    /// Returns the address to listen on.
    pub const fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    fn check(&self) -> Result<(), StartError> {
        let is_public = !self.host.to_canonical().is_loopback();
        match Mode::from_env() {
            Mode::Development if is_public => Err(StartError::PublicDevelopment(self.host)),
            _ => Ok(()),
        }
    }
}

/// Converts an error of clap. The first line of its message is the reason, and usage hints follow.
/// The message repeats values, and a URL among them may contain a password.
fn explained(error: &clap::Error) -> StartError {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        error.exit();
    }
    let text = error.to_string();
    StartError::Setting(secret_url::without_urls(text.lines().next().unwrap_or_default()))
}
