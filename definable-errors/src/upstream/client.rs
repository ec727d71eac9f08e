use reqwest::{Client, ClientBuilder};

use super::UpstreamBuildError;
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
