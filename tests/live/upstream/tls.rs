//! Tests of calls to a service with a certificate of a private authority.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use definable_errors::auth::jwks::{Jwks, JwksFetchError};
use definable_errors::upstream::{Upstream, UpstreamBuilder};
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use support::{Answer, Recorder, bind, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A certificate authority of an organization.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut certificate = CertificateParams::new([]).unwrap();
        certificate.distinguished_name.push(DnType::CommonName, name);
        certificate.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = certificate.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(certificate, key) }
    }

    /// Starts a service with a certificate for this name or address, which answers each request with
    /// the same body.
    async fn service(&self, name: &str, body: &'static str) -> SocketAddr {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let (listener, address) = bind().await;
        tokio::spawn(async move {
            let tls = TlsAcceptor::from(Arc::new(tls));
            while let Ok((stream, _)) = listener.accept().await {
                // The client hangs up if it does not trust the certificate.
                let Ok(mut stream) = tls.accept(stream).await else { continue };
                let read = stream.read(&mut [0; 4096]).await;
                assert!(read.unwrap() > 0);
                let length = body.len();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n");
                let answer = format!("{head}connection: close\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        address
    }
}

fn client(address: SocketAddr) -> UpstreamBuilder {
    Upstream::builder("orders", format!("https://{address}")).retries(0)
}

/// Returns what a client gets from a service that calls another one, and what is logged.
async fn answer(upstream: UpstreamBuilder) -> (Answer, String) {
    async fn order(
        State(orders): State<Upstream>,
        context: RequestContext,
    ) -> Result<String, ApiError> {
        let order: serde_json::Value = orders.get(&context, "/order").send().await?.json().await?;
        Ok(order["total"].to_string())
    }

    let recorder = Recorder::default();
    let routes = Router::new()
        .route("/", get(order))
        .layer(ApiErrorLayer::new().report(recorder.clone()))
        .with_state(upstream.build().unwrap());
    let answer = send(routes, support::get("/")).await;
    answer.check();
    let log = recorder.records().into_iter().map(|record| record.chain).collect();
    (answer, log)
}

#[tokio::test]
async fn service_with_a_certificate_of_a_trusted_authority_is_called() {
    let authority = Authority::new("Acme");
    let address = authority.service("127.0.0.1", r#"{"total": 17}"#).await;
    let (answer, log) = answer(client(address).root_certificate(authority.pem.as_str())).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str(), log.as_str()), (200, "17", ""));
}

/// A text may contain several certificates, and there may be several texts.
#[tokio::test]
async fn each_of_several_authorities_is_trusted() {
    let authorities = ["Acme", "Globex", "Initech"].map(Authority::new);
    let both = [authorities[0].pem.as_str(), authorities[1].pem.as_str()].concat();
    for authority in &authorities {
        let address = authority.service("127.0.0.1", r#"{"total": 17}"#).await;
        let client = client(address).root_certificate(both.as_str());
        let (answer, _) = answer(client.root_certificate(authorities[2].pem.as_str())).await;
        assert_eq!(answer.body, "17");
    }
}

#[tokio::test]
async fn certificate_of_an_unknown_authority_is_502_and_its_reason_is_logged() {
    let (authority, other) = (Authority::new("Acme"), Authority::new("Globex"));
    let address = authority.service("127.0.0.1", "{}").await;
    for client in [client(address), client(address).root_certificate(other.pem.as_str())] {
        let (answer, log) = answer(client).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "upstream_failed"));
        assert!(log.contains("upstream orders: GET https://127.0.0.1:"), "{log}");
        assert!(log.contains("invalid peer certificate: UnknownIssuer"), "{log}");
        assert_eq!(log.matches("UnknownIssuer").count(), 1, "{log}");
        assert!(!answer.body.contains("certificate") && !answer.body.contains("127.0.0.1"));
    }
}

#[tokio::test]
async fn certificate_for_another_host_is_502() {
    let authority = Authority::new("Acme");
    let address = authority.service("orders.internal", "{}").await;
    let (answer, log) = answer(client(address).root_certificate(authority.pem.as_str())).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "upstream_failed"));
    assert!(log.contains("certificate not valid for name"), "{log}");
}

#[tokio::test]
async fn keys_of_an_issuer_are_fetched_with_a_private_authority() {
    let authority = Authority::new("Acme");
    let keys = r#"{"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "kid": "1",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    let address = authority.service("127.0.0.1", keys).await;
    let failures = Arc::<Mutex<Vec<String>>>::default();
    let jwks = || {
        let failures = failures.clone();
        let note = move |error: &JwksFetchError| failures.lock().unwrap().push(chain(error));
        Jwks::builder(format!("https://{address}/jwks.json")).on_failure(note)
    };
    jwks().root_certificate(authority.pem.as_str()).build().unwrap().load().await.unwrap();
    assert!(failures.lock().unwrap().is_empty());
    assert!(jwks().build().unwrap().load().await.is_err());
    let failures = failures.lock().unwrap().clone();
    assert!(failures.len() == 1 && failures[0].contains("UnknownIssuer"), "{failures:?}");
}

/// Returns an error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
