//! The settings of the provider.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// The provider at which users log in, and the registration of this server there.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OAuthSettings {
    /// Issuer at which users log in, whose metadata is fetched; no such login when not set
    #[arg(long, env)]
    pub oauth_issuer: Option<String>,
    /// Id of this server at the issuer
    #[arg(long, env)]
    pub oauth_client_id: Option<String>,
    /// Secret of this server at the issuer; a public client when not set
    #[arg(long, env, hide_env_values = true)]
    pub oauth_client_secret: Option<SecretText>,
    /// URL of `/oauth/callback` as it is registered at the issuer
    #[arg(long, env)]
    pub oauth_redirect_uri: Option<String>,
    /// Key that seals cookies, 32 random bytes or more; random when not set
    #[arg(long, env, hide_env_values = true)]
    pub cookie_key: Option<SecretText>,
}

/// A secret. Its `Debug` output reveals nothing of it.
#[derive(Clone)]
pub struct SecretText(String);

impl SecretText {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}
