//! The metadata that a provider publishes about itself.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;

use super::http::{CallError, HttpClient};
use crate::error::BoxError;
use crate::support::{RootCertificates, is_authentic};

/// The metadata of an authorization server (RFC 8414, OpenID Connect Discovery).
///
/// ```no_run
/// use definable_errors::oauth::{OAuthClient, ServerMetadata};
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let provider = ServerMetadata::discover("https://id.example.com").await?;
/// let client = OAuthClient::builder("my-client")
///     .metadata(&provider)
///     .redirect_uri("https://app.example.com/oauth/callback")
///     .random_cookie_key()
///     .build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ServerMetadata {
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// Where users log in.
    #[serde(default)]
    pub authorization_endpoint: Option<String>,
    /// Where codes and refresh tokens are exchanged.
    #[serde(default)]
    pub token_endpoint: Option<String>,
    /// Where tokens are looked up (RFC 7662).
    #[serde(default)]
    pub introspection_endpoint: Option<String>,
    /// Who a token belongs to (OpenID Connect Core §5.3).
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// The keys of its tokens, for `auth::jwks`.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// Whether every callback has a parameter `iss` (RFC 9207 §3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// The time for one document.
const TIMEOUT: Duration = Duration::from_secs(10);

impl ServerMetadata {
    /// Fetches the metadata of an issuer: `/.well-known/openid-configuration` after its URL, or else
    /// `/.well-known/oauth-authorization-server` between its host and its path (RFC 8414 §3, §5).
    ///
    /// # Errors
    ///
    /// Returns an error if the issuer is not an `https` URL (or `http` on this machine) without a
    /// query and a fragment, if neither document can be fetched, or if it is the metadata of another
    /// issuer (RFC 8414 §3.3).
    pub async fn discover(issuer: &str) -> Result<Self, DiscoveryError> {
        Self::discover_trusting(issuer, &RootCertificates::default()).await
    }

    /// Fetches the metadata of an issuer as [`discover`](Self::discover) does, and trusts the
    /// certificate authorities in `pem` in addition to those that the operating system trusts.
    ///
    /// # Errors
    ///
    /// Returns an error like that of [`discover`](Self::discover), or if `pem` is not a text with one
    /// or more PEM blocks `CERTIFICATE`.
    pub async fn discover_with_root_certificate(
        issuer: &str,
        pem: impl Into<Vec<u8>>,
    ) -> Result<Self, DiscoveryError> {
        let mut roots = RootCertificates::default();
        roots.add(pem.into());
        Self::discover_trusting(issuer, &roots).await
    }

    async fn discover_trusting(
        issuer: &str,
        roots: &RootCertificates,
    ) -> Result<Self, DiscoveryError> {
        let fail = |kind| DiscoveryError { issuer: issuer.to_owned(), kind };
        let url: Url = issuer.parse().map_err(|_| fail(Mistake::Issuer))?;
        if !is_authentic(&url) || url.query().is_some() || url.fragment().is_some() {
            return Err(fail(Mistake::Issuer));
        }
        let client =
            HttpClient::new(TIMEOUT, roots, [&url]).map_err(|it| fail(Mistake::Tls(it.into())))?;
        let mut found = Err(Mistake::Issuer);
        for document in documents(&url) {
            found = fetch(&client, &document).await;
            if found.is_ok() {
                break;
            }
        }
        let metadata = found.map_err(fail)?;
        if metadata.issuer == issuer {
            Ok(metadata)
        } else {
            Err(fail(Mistake::OtherIssuer(metadata.issuer)))
        }
    }
}

/// Returns the URLs at which the metadata may be.
fn documents(issuer: &Url) -> [Url; 2] {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    };
    [
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ]
}

async fn fetch(client: &HttpClient, url: &Url) -> Result<ServerMetadata, Mistake> {
    let request = http::Request::get(url.as_str()).header(http::header::ACCEPT, "application/json");
    let request = request.body(Vec::new()).map_err(|error| Mistake::Call(error.into()))?;
    let body = client.call_for_ok(request).await;
    let body = body.map_err(|CallError { error, .. }| Mistake::Call(error.into()))?;
    serde_json::from_slice(&body).map_err(|error| Mistake::Call(error.into()))
}

/// The error for an issuer whose metadata cannot be fetched.
#[derive(Debug)]
pub struct DiscoveryError {
    issuer: String,
    kind: Mistake,
}

#[derive(Debug)]
enum Mistake {
    Issuer,
    Tls(BoxError),
    Call(BoxError),
    OtherIssuer(String),
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = &self.issuer;
        match &self.kind {
            Mistake::Issuer => write!(
                f,
                "expected the URL of an issuer, https or http on this machine, without a query and \
                 a fragment, not {issuer:?}"
            ),
            Mistake::Tls(_) => write!(f, "no HTTP client can be created for {issuer:?}"),
            Mistake::Call(_) => write!(f, "the metadata of {issuer:?} cannot be fetched"),
            Mistake::OtherIssuer(other) => write!(
                f,
                "the metadata of {issuer:?} is that of {other:?}; an issuer is compared exactly, \
                 including a trailing slash"
            ),
        }
    }
}

impl Error for DiscoveryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Mistake::Tls(error) | Mistake::Call(error) => Some(&**error),
            Mistake::Issuer | Mistake::OtherIssuer(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_of_an_issuer_with_a_path_has_two_places() {
        let of = |issuer: &str| documents(&issuer.parse().unwrap()).map(String::from);
        assert_eq!(
            of("https://id.example"),
            [
                "https://id.example/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server",
            ]
        );
        assert_eq!(
            of("https://id.example/realms/a/"),
            [
                "https://id.example/realms/a/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server/realms/a",
            ]
        );
    }
}
