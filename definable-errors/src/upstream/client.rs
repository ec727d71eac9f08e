//! The HTTP client of calls, and the reasons why it cannot be built.

use std::error::Error;
use std::fmt;

use reqwest::{Client, ClientBuilder};

use crate::error::BoxError;
use crate::support::{RootCertificates, TlsError, http_client};

/// Builds a client of reqwest with the TLS of the feature `ring` or `aws-lc`, for programs that call
/// reqwest themselves. Without these features it can only call `http` URLs.
///
/// `reqwest::Client::new` panics in a program whose reqwest has no other TLS than that of these
/// features, because it then looks for a default provider of the process. It is safe if the program
/// enables reqwest's own feature `rustls`.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::upstream::reqwest_client;
///
/// let client = reqwest_client(|client| client.timeout(Duration::from_secs(5)))?;
/// # let _ = client;
/// # Ok::<_, definable_errors::upstream::UpstreamBuildError>(())
/// ```
///
/// # Errors
///
/// Returns an error if the certificates of the operating system cannot be read, or if reqwest rejects
/// a setting.
pub fn reqwest_client(
    configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<Client, UpstreamBuildError> {
    let scheme = if cfg!(any(feature = "ring", feature = "aws-lc")) { "https" } else { "http" };
    let roots = RootCertificates::default();
    Ok(http_client(configure(Client::builder()), scheme, &roots)?)
}

impl From<TlsError> for UpstreamBuildError {
    fn from(error: TlsError) -> Self {
        match error {
            TlsError::NoProvider => Self::NoTlsProvider,
            TlsError::RootCertificate => Self::RootCertificate,
            TlsError::Client(error) => Self::Client(error),
        }
    }
}

/// The error for a client that cannot be built with these settings.
#[derive(Debug)]
#[non_exhaustive]
pub enum UpstreamBuildError {
    /// The base URL is not `http` or `https` with a host, or it has a user, a query or a fragment.
    Url,
    /// The base URL is `https`, and neither the feature `ring` nor `aws-lc` is enabled.
    NoTlsProvider,
    /// A header has a name or a value that is not legal.
    Header,
    /// A root certificate is not a PEM text with one or more certificates.
    RootCertificate,
    /// The HTTP client cannot be created.
    Client(BoxError),
}

impl fmt::Display for UpstreamBuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => {
                "a base URL is http or https with a host, and without user, query and fragment"
            }
            Self::NoTlsProvider => TlsError::NO_PROVIDER,
            Self::Header => "a header has a name or a value that is not legal",
            Self::RootCertificate => TlsError::ROOT_CERTIFICATE,
            Self::Client(_) => "no HTTP client can be created",
        })
    }
}

impl Error for UpstreamBuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Client(error) => Some(&**error),
            _ => None,
        }
    }
}
