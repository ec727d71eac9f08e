//! The client of the embeddings service.

use std::sync::Arc;
use std::time::Duration;

use definable_errors::upstream::{Upstream, UpstreamBuilder};
use definable_errors::{ApiError, RequestContext};
use serde::Serialize;
use uuid::Uuid;

use super::{StandIn, Vector};
use crate::{SecretUrl, StartError};

/// The client of a service with the API of Hugging Face's text-embeddings-inference, of which it
/// needs `POST /embed` alone. Clones share their connections and their circuit breaker.
#[derive(Debug, Clone)]
pub struct Embeddings {
    upstream: Upstream,
    /// Stops with the last clone of the client.
    _stand_in: Option<Arc<StandIn>>,
}

/// The number of texts that a service accepts in one request by default.
const BATCH: usize = 32;

/// The body of a request.
#[derive(Serialize)]
struct Inputs<'a> {
    inputs: &'a [&'a str],
    /// Models have a limit, and the beginning of a long text says enough about it.
    truncate: bool,
}

impl Embeddings {
    /// Creates the client of the service at `url`; without a URL, it starts the stand-in.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not one of a service, or if the stand-in cannot listen.
    pub async fn connect(url: Option<&SecretUrl>) -> Result<Self, StartError> {
        if let Some(url) = url {
            return Ok(Self { upstream: client(url.as_str()).build()?, _stand_in: None });
        }
        let stand_in = StandIn::start().await?;
        // This process is not reached through a proxy.
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the path of the method would need a dependency on reqwest"
        )]
        let upstream = client(stand_in.url()).configure(|client| client.no_proxy());
        Ok(Self { upstream: upstream.build()?, _stand_in: Some(Arc::new(stand_in)) })
    }

    /// Returns the vectors of the texts, in their order.
    ///
    /// # Errors
    ///
    /// Returns 502, 503 or 504 if the service fails, answers with something else, or is not called.
    pub(crate) async fn embed(
        &self,
        context: &RequestContext,
        texts: &[&str],
    ) -> Result<Vec<Vector>, ApiError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            vectors.extend(self.embed_batch(context, batch).await?);
        }
        Ok(vectors)
    }

    async fn embed_batch(
        &self,
        context: &RequestContext,
        inputs: &[&str],
    ) -> Result<Vec<Vector>, ApiError> {
        // The service only computes, so that a request may be sent again. The key says so.
        let key = format!("\"{}\"", Uuid::new_v4());
        let request = self.upstream.post(context, "/embed").idempotency_key(key);
        let request = request.json(&Inputs { inputs, truncate: true });
        let vectors: Vec<Vector> = request.send().await?.json().await?;
        if vectors.len() != inputs.len() {
            let note = format!("embeddings: {} vectors of {} texts", vectors.len(), inputs.len());
            return Err(ApiError::upstream_failed().with_note(note));
        }
        Ok(vectors)
    }
}

/// Returns the settings of the client. A search is worth a wait of a few seconds.
fn client(url: &str) -> UpstreamBuilder {
    Upstream::builder("embeddings", url)
        .connect_timeout(Duration::from_secs(1))
        .attempt_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_secs(5))
        .max_body(4 * 1024 * 1024)
}
