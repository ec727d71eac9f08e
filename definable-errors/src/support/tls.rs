//! The TLS of HTTP clients: rustls with the cryptography of the feature `ring` or `aws-lc`, and the
//! certificates that the operating system trusts.
//!
//! The provider is passed to each client. The default provider of the process is neither read nor
//! set, because it belongs to the program.

use std::fmt;

use reqwest::{Client, ClientBuilder};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Certificates of authorities that a client trusts in addition to those of the operating system.
#[derive(Clone, Default)]
pub(crate) struct RootCertificates {
    /// PEM texts, which are parsed when the client is built.
    pems: Vec<Vec<u8>>,
}

impl RootCertificates {
    pub(crate) fn add(&mut self, pem: Vec<u8>) {
        self.pems.push(pem);
    }

    /// Parses all certificates. A text without any is an error, too: it is hardly what was meant.
    fn parse(&self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let mut all = Vec::new();
        for pem in &self.pems {
            let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
            let parsed = parsed.ok().filter(|parsed| !parsed.is_empty());
            all.extend(parsed.ok_or(TlsError::RootCertificate)?);
        }
        let (_, rejected) = RootCertStore::empty().add_parsable_certificates(all.iter().cloned());
        if rejected > 0 {
            return Err(TlsError::RootCertificate);
        }
        Ok(all)
    }
}

/// Builds a client for URLs of the given scheme.
#[cfg(any(feature = "ring", feature = "aws-lc"))]
pub(crate) fn http_client(
    builder: ClientBuilder,
    scheme: &str,
    roots: &RootCertificates,
) -> Result<Client, TlsError> {
    let roots = roots.parse()?;
    let tls = configuration(scheme, roots).map_err(|error| TlsError::Client(error.into()))?;
    let client = builder.tls_backend_preconfigured(tls).build();
    client.map_err(|error| TlsError::Client(error.into()))
}

/// Builds a client for URLs of the given scheme: it has no TLS, so that can only be `http`.
#[cfg(not(any(feature = "ring", feature = "aws-lc")))]
pub(crate) fn http_client(
    builder: ClientBuilder,
    scheme: &str,
    roots: &RootCertificates,
) -> Result<Client, TlsError> {
    roots.parse()?;
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
fn configuration(
    scheme: &str,
    roots: Vec<CertificateDer<'static>>,
) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = std::sync::Arc::new(provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?;
    let mut tls = match scheme {
        "https" => {
            let verifier = verifier(provider, roots)?;
            let builder = builder.dangerous();
            builder.with_custom_certificate_verifier(std::sync::Arc::new(verifier))
        }
        // It never connects with TLS, so it need not load certificates, which may be missing.
        _ => builder.with_root_certificates(RootCertStore::empty()),
    }
    .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

/// Returns the operating system's verifier, which also trusts the additional certificates.
#[cfg(all(any(feature = "ring", feature = "aws-lc"), not(target_os = "android")))]
fn verifier(
    provider: std::sync::Arc<rustls::crypto::CryptoProvider>,
    roots: Vec<CertificateDer<'static>>,
) -> Result<rustls_platform_verifier::Verifier, rustls::Error> {
    rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider)
}

/// Returns the verifier of Android, to which no certificates can be added.
#[cfg(all(any(feature = "ring", feature = "aws-lc"), target_os = "android"))]
fn verifier(
    provider: std::sync::Arc<rustls::crypto::CryptoProvider>,
    roots: Vec<CertificateDer<'static>>,
) -> Result<rustls_platform_verifier::Verifier, rustls::Error> {
    if !roots.is_empty() {
        return Err(rustls::Error::General("Android trusts no additional certificates".into()));
    }
    rustls_platform_verifier::Verifier::new(provider)
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
    /// An additional root certificate is not one.
    RootCertificate,
    /// The certificates of the operating system cannot be read, or reqwest rejects a setting.
    Client(Box<dyn std::error::Error + Send + Sync>),
}

impl TlsError {
    pub(crate) const NO_PROVIDER: &str =
        "the URL is https, and no TLS is compiled in: enable feature `ring` or `aws-lc`";
    pub(crate) const ROOT_CERTIFICATE: &str =
        "a root certificate is not a PEM text with one or more blocks `CERTIFICATE`";
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProvider => Self::NO_PROVIDER,
            Self::RootCertificate => Self::ROOT_CERTIFICATE,
            Self::Client(_) => "no HTTP client can be created",
        })
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Client(error) => Some(&**error),
            Self::NoProvider | Self::RootCertificate => None,
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
            let client = http_client(Client::builder(), scheme, &RootCertificates::default());
            assert!(client.is_ok(), "{scheme}");
        }
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }

    /// `tests/run features` runs it: with all features there is a provider.
    #[cfg(not(any(feature = "ring", feature = "aws-lc")))]
    #[test]
    fn https_without_a_provider_is_an_error_that_names_the_features() {
        let none = RootCertificates::default();
        let error = http_client(Client::builder(), "https", &none).unwrap_err();
        assert!(matches!(error, TlsError::NoProvider));
        assert!(error.to_string().ends_with("enable feature `ring` or `aws-lc`"));
        assert!(http_client(Client::builder(), "http", &none).is_ok());
    }

    #[test]
    fn root_certificate_that_is_none_is_an_error() {
        let block = |content: &str| {
            format!("-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n")
        };
        for pem in ["", "hunter2", &block("aGVsbG8="), &block("?"), &block("aGVsbG8=")[..40]] {
            let mut roots = RootCertificates::default();
            roots.add(pem.into());
            for scheme in ["http", "https"] {
                let built = http_client(Client::builder(), scheme, &roots);
                assert!(matches!(built, Err(TlsError::RootCertificate)), "{pem:?}");
            }
        }
    }

    /// rustls has no name for a provider, but each has key shares of its own types.
    #[cfg(feature = "aws-lc")]
    #[test]
    fn aws_lc_is_used_if_both_are_compiled_in() {
        let shown = format!("{:?}", provider().key_provider);
        assert!(shown.contains("AwsLcRs"), "{shown}");
    }
}
