use std::net::{IpAddr, SocketAddr};

use clap::Parser;
use clap::error::ErrorKind;
use definable_errors::Mode;
use tracing_subscriber::filter::Targets;

use crate::{
    AddressQuota, CorsOrigins, Database, Deadline, JwtSecret, LogFormat, ProblemBase, SecretUrl,
    StartError, environment, secret_url,
};

/// What the environment and the flags say; flags win.
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
    /// `sqlite::memory:` or the path of a file
    #[arg(long, env, hide_env_values = true, default_value = "sqlite::memory:")]
    pub database_url: Database,
    /// Secret that access tokens are signed with, 32 random bytes or more; random when not set
    #[arg(long, env, hide_env_values = true)]
    pub jwt_secret: Option<JwtSecret>,
    /// Key set of another issuer whose access tokens are taken, too
    #[arg(long, env, hide_env_values = true)]
    pub jwks_url: Option<SecretUrl>,
    /// Redis that several servers count in; each in its own memory when not set
    #[arg(long, env, hide_env_values = true)]
    pub redis_url: Option<SecretUrl>,
    /// How many requests an address may send in how long
    #[arg(long, env, default_value = "100/60s")]
    pub rate_limit: AddressQuota,
    /// How long a request may take
    #[arg(long, env, default_value = "10s")]
    pub deadline: Deadline,
    /// Origins whose pages may read answers, separated by commas; no CORS headers when not set
    #[arg(long, env)]
    pub cors_origins: Option<CorsOrigins>,
    /// What stands before the code in the `type` of a problem
    #[arg(long, env, default_value = "/problems/")]
    pub problem_base: ProblemBase,
    /// What is logged, such as `info,definable_errors=debug`
    #[arg(long, env, default_value = "info")]
    pub log: Targets,
    /// How it is logged: `text` or `json`
    #[arg(long, env, default_value = "text")]
    pub log_format: LogFormat,
}

impl Settings {
    /// Reads the flags and the environment of this process. Asked for help, prints it and exits.
    ///
    /// # Errors
    ///
    /// When a value is not one that its setting can have.
    pub fn read() -> Result<Self, StartError> {
        let settings = Self::try_parse().map_err(|error| explained(&error))?;
        environment::agree(&settings.app_env)?;
        settings.check()?;
        Ok(settings)
    }

    /// Where to listen.
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

/// clap's first line is the sentence; what follows are hints on usage. It repeats values, and a URL
/// may hold a password.
fn explained(error: &clap::Error) -> StartError {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        error.exit();
    }
    let text = error.to_string();
    StartError::Setting(secret_url::without_urls(text.lines().next().unwrap_or_default()))
}
