//! The TLS of HTTP clients: rustls with the cryptography of the feature `ring` or `aws-lc`, and the
//! certificates that the operating system trusts.
//!
//! The provider is passed to each client. The default provider of the process is neither read nor
//! set, because it belongs to the program.

use std::fmt;

use reqwest::{Client, ClientBuilder};

/// Builds a client for URLs of the given scheme.
#[cfg(any(feature = "ring", feature = "aws-lc"))]
pub(crate) fn http_client(builder: ClientBuilder, scheme: &str) -> Result<Client, TlsError> {
    let tls = configuration(scheme).map_err(|error| TlsError::Client(error.into()))?;
    let client = builder.tls_backend_preconfigured(tls).build();
    client.map_err(|error| TlsError::Client(error.into()))
}

/// Builds a client for URLs of the given scheme: it has no TLS, so that can only be `http`.
#[cfg(not(any(feature = "ring", feature = "aws-lc")))]
pub(crate) fn http_client(builder: ClientBuilder, scheme: &str) -> Result<Client, TlsError> {
    if scheme == "https" {
        return Err(TlsError::NoProvider);
    }
    // Another crate of the program may have enabled reqwest's TLS without a provider, and then
    // reqwest panics instead of returning an error.
    let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.build()));
    match built {
        Ok(client) => client.map_err(|error| TlsError::Client(error.into())),
        Err(_) => Err(TlsError::NoProvider),
    }
}

/// Returns what reqwest configures with its own feature `rustls`, but for the provider.
#[cfg(any(feature = "ring", feature = "aws-lc"))]
fn configuration(scheme: &str) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = std::sync::Arc::new(provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?;
    let mut tls = match scheme {
        "https" => {
            let verifier = rustls_platform_verifier::Verifier::new(provider)?;
            let builder = builder.dangerous();
            builder.with_custom_certificate_verifier(std::sync::Arc::new(verifier))
        }
        // It never connects with TLS, so it need not load certificates, which may be missing.
        _ => builder.with_root_certificates(rustls::RootCertStore::empty()),
    }
    .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

#[cfg(feature = "aws-lc")]
fn provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(all(feature = "ring", not(feature = "aws-lc")))]
fn provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// The error for a client that cannot be built.
#[derive(Debug)]
pub(crate) enum TlsError {
    /// TLS is needed, and no feature brings it.
    #[cfg_attr(
        any(feature = "ring", feature = "aws-lc"),
        expect(dead_code, reason = "a provider is compiled in")
    )]
    NoProvider,
    /// The certificates of the operating system cannot be read, or reqwest rejects a setting.
    Client(Box<dyn std::error::Error + Send + Sync>),
}

impl TlsError {
    pub(crate) const NO_PROVIDER: &str =
        "the URL is https, and no TLS is compiled in: enable feature `ring` or `aws-lc`";
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProvider => Self::NO_PROVIDER,
            Self::Client(_) => "no HTTP client can be created",
        })
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Client(error) => Some(&**error),
            Self::NoProvider => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(any(feature = "ring", feature = "aws-lc"))]
    #[test]
    fn client_is_built_without_a_default_provider_of_the_process() {
        for scheme in ["http", "https"] {
            assert!(http_client(Client::builder(), scheme).is_ok(), "{scheme}");
        }
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }

    /// `tests/run features` runs it: with all features there is a provider.
    #[cfg(not(any(feature = "ring", feature = "aws-lc")))]
    #[test]
    fn https_without_a_provider_is_an_error_that_names_the_features() {
        let error = http_client(Client::builder(), "https").unwrap_err();
        assert!(matches!(error, TlsError::NoProvider));
        assert!(error.to_string().ends_with("enable feature `ring` or `aws-lc`"));
        assert!(http_client(Client::builder(), "http").is_ok());
    }

    /// rustls has no name for a provider, but each has key shares of its own types.
    #[cfg(feature = "aws-lc")]
    #[test]
    fn aws_lc_is_used_if_both_are_compiled_in() {
        let shown = format!("{:?}", provider().key_provider);
        assert!(shown.contains("AwsLcRs"), "{shown}");
    }
}
