//! The settings of a key set that is fetched.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};

use super::address::redirects;
use super::fetch_error::warn;
use super::{Jwks, JwksFetchError};
use crate::support::{RootCertificates, TlsError, http_client, is_authentic};

/// The builder of a [`Jwks`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct JwksBuilder {
    url: String,
    timeout: Duration,
    roots: RootCertificates,
    pub(super) refresh: Duration,
    pub(super) max_stale: Option<Duration>,
    pub(super) refetch: (u32, Duration),
    pub(super) on_failure: Arc<OnFailure>,
}

type OnFailure = dyn Fn(&JwksFetchError) + Send + Sync;

impl JwksBuilder {
    const MAX_TIMEOUT: Duration = Duration::from_secs(10);

    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            timeout: Self::MAX_TIMEOUT,
            roots: RootCertificates::default(),
            refresh: Duration::from_secs(3600),
            max_stale: None,
            refetch: (2, Duration::from_secs(30)),
            on_failure: Arc::new(warn),
        }
    }

    /// Sets how often keys are fetched regularly; default hourly. They are fetched earlier if the
    /// server's `Cache-Control` requires it.
    pub const fn refresh(mut self, every: Duration) -> Self {
        self.refresh = every;
        self
    }

    /// Sets the maximum age of keys while their server fails; default unlimited. Older keys are not
    /// used: every token is then 503 `keys_unavailable`.
    pub const fn max_stale(mut self, age: Duration) -> Self {
        self.max_stale = Some(age);
        self
    }

    /// Limits how often tokens with unknown keys may cause a fetch: `burst` times at once, then
    /// once per `every`; default twice, then once in 30 seconds. Tokens with invalid signatures
    /// have a budget of their own, of half the burst.
    pub const fn refetch(mut self, burst: u32, every: Duration) -> Self {
        self.refetch = (burst, every);
        self
    }

    /// Limits the duration of one fetch, to ten seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Self::MAX_TIMEOUT);
        self
    }

    /// Trusts the certificate authorities in `pem`, such as the private one of your organization, in
    /// addition to those that the operating system trusts. The text contains one or more PEM blocks
    /// `CERTIFICATE`, and the method may be called several times.
    ///
    /// ```
    /// use definable_errors::auth::jwks::{Jwks, JwksError};
    ///
    /// let keys = Jwks::builder("https://issuer.internal/jwks.json");
    /// let built = keys.root_certificate("no certificate").build();
    /// assert_eq!(built.unwrap_err(), JwksError::RootCertificate);
    /// ```
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.add(pem.into());
        self
    }

    /// Sets a callback for failed fetches, in place of a warning through `tracing`. It must not
    /// block.
    pub fn on_failure(
        mut self,
        callback: impl Fn(&JwksFetchError) + Send + Sync + 'static,
    ) -> Self {
        self.on_failure = Arc::new(callback);
        self
    }

    /// Builds the key source without fetching: the first token causes the fetch, or [`Jwks::load`].
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not `https` (or `http` on this machine), if it is `https` and
    /// neither the feature `ring` nor `aws-lc` is enabled, if a root certificate is not one, or if no
    /// HTTP client can be created.
    pub fn build(self) -> Result<Jwks, JwksError> {
        let url: Url = self.url.parse().map_err(|_| JwksError::Url)?;
        if !is_authentic(&url) {
            return Err(JwksError::Url);
        }
        let client = Client::builder().redirect(redirects(&url)).timeout(self.timeout);
        // This machine is not accessed through a proxy.
        let client = match url.scheme() {
            "http" => client.no_proxy(),
            _ => client,
        };
        let client =
            http_client(client, url.scheme(), &self.roots).map_err(|error| match error {
                TlsError::NoProvider => JwksError::NoTlsProvider,
                TlsError::RootCertificate => JwksError::RootCertificate,
                TlsError::Client(_) => JwksError::Client,
            })?;
        Ok(Jwks::new(client, url, &self))
    }
}

impl fmt::Debug for JwksBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwksBuilder")
            .field("url", &crate::support::redact_url(&self.url))
            .finish_non_exhaustive()
    }
}

/// The error for keys that cannot be fetched with these settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwksError {
    /// The URL is neither `https`, nor `http` on this machine.
    Url,
    /// The URL is `https`, and neither the feature `ring` nor `aws-lc` is enabled.
    NoTlsProvider,
    /// A root certificate is not a PEM text with one or more certificates.
    RootCertificate,
    /// The HTTP client cannot be created, because its TLS does not work.
    Client,
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "a key set's URL is https, or http on this machine",
            Self::NoTlsProvider => TlsError::NO_PROVIDER,
            Self::RootCertificate => TlsError::ROOT_CERTIFICATE,
            Self::Client => "no HTTP client can be made: is TLS set up?",
        })
    }
}

impl std::error::Error for JwksError {}

#[cfg(all(test, not(any(feature = "ring", feature = "aws-lc"))))]
mod tests {
    use super::*;

    /// `tests/run features` runs it: with all features there is TLS.
    #[test]
    fn https_without_tls_is_an_error_that_names_the_features() {
        let error = Jwks::builder("https://issuer.example/jwks.json").build().unwrap_err();
        assert_eq!(error, JwksError::NoTlsProvider);
        assert!(error.to_string().ends_with("enable feature `ring` or `aws-lc`"));
        assert!(Jwks::builder("http://127.0.0.1:9/jwks.json").build().is_ok());
    }
}
