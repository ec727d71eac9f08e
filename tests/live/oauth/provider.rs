//! The provider, written for node.

use definable_errors::oauth::ServerMetadata;
use support::process::Process;

use crate::tokens::node;

/// The secret of the client `shop`. Its characters have to be encoded (RFC 6749 §2.3.1).
pub(super) const SECRET: &str = "the secret & its friends";

/// The resource whose access tokens are JWTs.
pub(super) const API: &str = "https://api.example.com";

/// The resource whose access tokens are opaque.
pub(super) const OPAQUE: &str = "https://opaque.example.com";

pub(super) struct Provider {
    process: Process,
    pub(super) issuer: String,
}

impl Provider {
    /// Starts a provider at which a redirect URI is registered.
    pub(super) fn start(redirect_uri: &str) -> Self {
        let mut command = node(include_str!("../node/provider.mjs"));
        command.arg(redirect_uri).stderr(std::process::Stdio::null());
        let mut process = Process::start(&mut command);
        let issuer = format!("http://127.0.0.1:{}", process.line());
        process.discard_output();
        Self { process, issuer }
    }

    pub(super) async fn metadata(&self) -> ServerMetadata {
        ServerMetadata::discover(&self.issuer).await.unwrap()
    }

    pub(super) fn kill(&mut self) {
        self.process.kill();
    }
}
