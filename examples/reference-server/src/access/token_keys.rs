//! The keys of access tokens: a secret, or the keys that an issuer publishes.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use definable_errors::auth::jwks::Jwks;
use definable_errors::auth::jwt::{Algorithm, Key, KeyError, SigningKey};

use crate::{SecretUrl, StartError};

/// The secret that access tokens are signed with. Its `Debug` output reveals nothing of it.
///
/// [`TokenKeys`](super::TokenKeys) checks whether the secret is strong enough. Parsing does not,
/// because clap repeats the value of a setting that it rejects in its message.
#[derive(Clone)]
pub struct JwtSecret(String);

impl JwtSecret {
    const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl FromStr for JwtSecret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwtSecret(…)")
    }
}

/// The keys that access tokens are signed with and verified by.
#[derive(Debug, Clone)]
pub struct TokenKeys {
    pub(crate) signing: SigningKey,
    pub(super) own: Key,
    pub(super) published: Option<Published>,
}

/// The key set of another issuer, published at `JWKS_URL`.
#[derive(Clone)]
pub(super) struct Published(pub(super) Jwks);

impl TokenKeys {
    /// Creates the keys from the settings. Without a secret, a random one is generated, so tokens
    /// become invalid when this process ends.
    ///
    /// # Errors
    ///
    /// Returns an error if the secret is too weak, or if keys must not be fetched from the URL.
    pub fn new(
        secret: Option<&JwtSecret>,
        jwks_url: Option<&SecretUrl>,
    ) -> Result<Self, StartError> {
        let published = jwks_url.map(|url| published(url.as_str())).transpose()?;
        let keys = match secret {
            Some(secret) => of_secret(secret.as_bytes()),
            None => {
                tracing::warn!("JWT_SECRET is not set: tokens will end with this process");
                of_secret(&random()?)
            }
        };
        let (signing, own) =
            keys.map_err(|error| StartError::Setting(format!("JWT_SECRET is refused: {error}")))?;
        Ok(Self { signing, own, published })
    }
}

fn of_secret(secret: &[u8]) -> Result<(SigningKey, Key), KeyError> {
    let signing = SigningKey::from_secret(Algorithm::Hs256, secret)?;
    Ok((signing, Key::from_secret(Algorithm::Hs256, secret)?))
}

fn random() -> Result<[u8; 32], StartError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::from)?;
    Ok(bytes)
}

fn published(url: &str) -> Result<Published, StartError> {
    let keys = Jwks::builder(url).build();
    keys.map(Published)
        .map_err(|error| StartError::Setting(format!("JWKS_URL is refused: {error}")))
}

impl fmt::Debug for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Published").finish_non_exhaustive()
    }
}
