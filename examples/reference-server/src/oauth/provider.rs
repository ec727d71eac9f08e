//! The provider of logins, and the settings that name it.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use definable_errors::oauth::{OAuthClient, OAuthClientBuilder, OAuthClientError, ServerMetadata};
use definable_errors::{ApiError, Mode, ResultExt};
use tokio::sync::OnceCell;

use super::DemoProvider;
use crate::StartError;

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

/// How long a client waits before it tries again, if the issuer's metadata cannot be fetched.
const WAIT: Duration = Duration::from_secs(5);

/// The provider at which users log in. Clones share it.
#[derive(Debug, Clone)]
pub struct OAuth(Arc<Provider>);

#[derive(Debug)]
enum Provider {
    None,
    Issuer(Box<Issuer>),
    Demo { provider: DemoProvider, client: OnceLock<OAuthClient> },
}

/// An issuer whose metadata is fetched when the first user logs in, so that this server starts
/// while the issuer is down.
#[derive(Debug)]
struct Issuer {
    url: String,
    registration: Registration,
    client: OnceCell<OAuthClient>,
}

struct Registration {
    client_id: String,
    client_secret: Option<String>,
    redirect_uri: String,
    cookie_key: Vec<u8>,
}

impl OAuth {
    /// Creates the provider of the settings; in development without any it is the built-in one.
    ///
    /// # Errors
    ///
    /// Returns an error if settings are missing, or are not valid.
    pub fn new(settings: &OAuthSettings, mode: Mode) -> Result<Self, StartError> {
        let provider = match (Issuer::new(settings)?, mode) {
            (Some(issuer), _) => Provider::Issuer(Box::new(issuer)),
            (None, Mode::Production) => Provider::None,
            (None, Mode::Development) => {
                Provider::Demo { provider: DemoProvider::default(), client: OnceLock::new() }
            }
        };
        Ok(Self(Arc::new(provider)))
    }

    /// Completes the built-in provider, which is known under the address of the server.
    ///
    /// # Errors
    ///
    /// Returns an error if no client can be built.
    pub fn listens_on(&self, address: SocketAddr) -> Result<(), StartError> {
        if let Provider::Demo { provider, client } = &*self.0 {
            let built = provider.client(address).map_err(refused)?;
            let _ = client.set(built);
        }
        Ok(())
    }

    /// Returns the client of the provider.
    pub(super) async fn client(&self) -> Result<OAuthClient, ApiError> {
        match &*self.0 {
            Provider::None => Err(ApiError::route_not_found()),
            Provider::Issuer(issuer) => issuer.client().await,
            Provider::Demo { client, .. } => client.get().cloned().or_internal(),
        }
    }

    pub(super) fn demo(&self) -> Option<&DemoProvider> {
        match &*self.0 {
            Provider::Demo { provider, .. } => Some(provider),
            Provider::None | Provider::Issuer(_) => None,
        }
    }
}

impl Issuer {
    fn new(settings: &OAuthSettings) -> Result<Option<Self>, StartError> {
        let OAuthSettings { oauth_issuer, oauth_client_id, oauth_redirect_uri, .. } = settings;
        let (url, client_id, redirect_uri) =
            match (oauth_issuer, oauth_client_id, oauth_redirect_uri) {
                (Some(url), Some(id), Some(uri)) => (url.clone(), id.clone(), uri.clone()),
                (None, None, None) if settings.oauth_client_secret.is_none() => return Ok(None),
                _ => {
                    let needed = "OAUTH_ISSUER, OAUTH_CLIENT_ID and OAUTH_REDIRECT_URI are set \
                                  together, or none of them";
                    return Err(StartError::Setting(needed.to_owned()));
                }
            };
        let cookie_key = match &settings.cookie_key {
            Some(key) => key.as_str().as_bytes().to_vec(),
            None => {
                tracing::warn!(
                    "COOKIE_KEY is not set: logins under way will end with this process"
                );
                random()?
            }
        };
        let client_secret = settings.oauth_client_secret.as_ref().map(|it| it.as_str().to_owned());
        let registration = Registration { client_id, client_secret, redirect_uri, cookie_key };
        // What is wrong with the settings is noticed now, and not when the first user logs in.
        let checked = registration.builder().authorization_endpoint(&url).token_endpoint(&url);
        checked.build().map_err(refused)?;
        Ok(Some(Self { url, registration, client: OnceCell::new() }))
    }

    async fn client(&self) -> Result<OAuthClient, ApiError> {
        let client = self.client.get_or_try_init(async || {
            let metadata = ServerMetadata::discover(&self.url).await;
            let metadata =
                metadata.map_err(|error| ApiError::service_unavailable(WAIT).with_source(error))?;
            self.registration.builder().metadata(&metadata).build().or_internal()
        });
        client.await.cloned()
    }
}

impl Registration {
    fn builder(&self) -> OAuthClientBuilder {
        let builder = OAuthClient::builder(&self.client_id)
            .redirect_uri(&self.redirect_uri)
            .scopes(["openid", "email"])
            .cookie_key(&self.cookie_key);
        match &self.client_secret {
            Some(secret) => builder.client_secret(secret),
            None => builder,
        }
    }
}

fn random() -> Result<Vec<u8>, StartError> {
    let mut bytes = vec![0; 64];
    getrandom::fill(&mut bytes).map_err(std::io::Error::from)?;
    Ok(bytes)
}

fn refused(error: OAuthClientError) -> StartError {
    let setting = match error {
        OAuthClientError::CookieKey => "COOKIE_KEY",
        OAuthClientError::Url("redirect_uri") => "OAUTH_REDIRECT_URI",
        _ => "OAUTH_ISSUER",
    };
    StartError::Setting(format!("{setting} is refused: {error}"))
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").finish_non_exhaustive()
    }
}
