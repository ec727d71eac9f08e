//! The settings, all from the environment or flags of the same names.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::process::Command;
use std::str::FromStr;
use std::{env, fmt, io};

use clap::Parser;
use clap::error::ErrorKind;
use definable_errors::Mode;
use tracing_subscriber::filter::Targets;

use crate::{
    AddressQuota, CorsOrigins, Database, Deadline, JwtSecret, LogFormat, OAuthSettings, StartError,
};

/// The base of the `type` URI of a problem, before the code.
///
/// [`ApiErrorLayer`](definable_errors::ApiErrorLayer) panics on an invalid base; an invalid setting
/// is rejected with a message instead.
#[derive(Debug, Clone)]
pub struct ProblemBase(String);

impl From<ProblemBase> for std::borrow::Cow<'static, str> {
    fn from(base: ProblemBase) -> Self {
        Self::Owned(base.0)
    }
}

impl FromStr for ProblemBase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_rooted =
            ["/", "http://", "https://", "urn:"].iter().any(|start| text.starts_with(start));
        let is_uri =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
        // After two slashes comes a host: `//evil` would refer to another server.
        let is_rooted = is_rooted && !text.starts_with("//");
        if is_rooted && text.bytes().all(is_uri) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must be an http(s) or urn URI, or a path that starts with one /")
        }
    }
}

/// A URL that may contain a password. Its `Debug` output reveals nothing of it.
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl FromStr for SecretUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl(…)")
    }
}

/// Removes from `message` the quoted values that look like a URL, or like a path with a query.
pub(crate) fn without_urls(message: &str) -> String {
    let parts = message.split('\'').map(|part| {
        let is_url = part.contains("://") || part.contains(['@', '?']);
        if is_url { "[redacted]" } else { part }
    });
    parts.collect::<Vec<_>>().join("'")
}

const APP_ENV: &str = "APP_ENV";

/// Restarts this program if `APP_ENV` differs from `app_env`, the value of the flag.
///
/// # Errors
///
/// Returns an error if the program cannot be restarted.
pub(crate) fn agree(app_env: &str) -> io::Result<()> {
    let said = env::var_os(APP_ENV).unwrap_or_default();
    if said == app_env {
        return Ok(());
    }
    restart(Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(APP_ENV, app_env))
}

/// Replaces the program in the same process, so that signals and its parent still find it.
#[cfg(unix)]
fn restart(command: &mut Command) -> io::Result<()> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

#[cfg(not(unix))]
fn restart(_: &mut Command) -> io::Result<()> {
    Err(io::Error::other("set APP_ENV in the environment, not by a flag"))
}

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
        agree(&settings.app_env)?;
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
    StartError::Setting(without_urls(text.lines().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_repeats_what_is_no_url() {
        let invalid = |value: &str| without_urls(&format!("invalid value '{value}' for '--a <A>'"));
        assert_eq!(invalid("many"), "invalid value 'many' for '--a <A>'");
        let redacted = "invalid value '[redacted]' for '--a <A>'";
        for value in ["postgres://u:hunter2@h/d", "u:hunter2@h", "/d.db?key=hunter2"] {
            assert_eq!(invalid(value), redacted);
        }
        assert!(!invalid("postgres://u:hun'ter2@h").contains("ter2"));
    }
}
