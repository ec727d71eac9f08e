//! The client of the service that embeds texts, and what it returns.

use std::sync::Arc;
use std::time::Duration;

use definable_errors::upstream::{Upstream, UpstreamBuilder};
use definable_errors::{ApiError, RequestContext};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StandIn;
use crate::{SecretUrl, StartError};

/// The vector of a text, with finite numbers and a length over zero. Vectors of similar texts point
/// in similar directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub(crate) struct Vector(Vec<f32>);

impl Vector {
    /// Returns the cosine of the angle between two vectors: 1 for the same direction, 0 if the texts
    /// have nothing in common, and 0 for vectors that cannot be compared.
    pub(crate) fn similarity(&self, other: &Self) -> f64 {
        if self.0.len() != other.0.len() {
            return 0.0;
        }
        let product = |a: &Self, b: &Self| -> f64 {
            a.0.iter().zip(&b.0).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let length = (product(self, self) * product(other, other)).sqrt();
        if length > 0.0 { product(self, other) / length } else { 0.0 }
    }
}

impl TryFrom<Vec<f32>> for Vector {
    type Error = &'static str;

    fn try_from(numbers: Vec<f32>) -> Result<Self, Self::Error> {
        if !numbers.is_empty() && numbers.iter().all(|number| number.is_finite()) {
            Ok(Self(numbers))
        } else {
            Err("a vector has one or more finite numbers")
        }
    }
}

impl From<Vector> for Vec<f32> {
    fn from(vector: Vector) -> Self {
        vector.0
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(numbers: &[f32]) -> Vector {
        numbers.to_vec().try_into().unwrap()
    }

    #[test]
    fn similarity_is_a_cosine_whatever_the_lengths() {
        let similarity = |a: &[f32], b: &[f32]| vector(a).similarity(&vector(b));
        assert!((similarity(&[1.0, 2.0], &[10.0, 20.0]) - 1.0).abs() < 1e-9);
        assert!(similarity(&[1.0, 0.0], &[0.0, 3.0]).abs() < 1e-9);
        assert!((similarity(&[1.0, 0.0], &[-2.0, 0.0]) + 1.0).abs() < 1e-9);
        assert!(similarity(&[1.0], &[1.0, 0.0]).abs() < 1e-9);
        assert!(similarity(&[0.0, 0.0], &[1.0, 0.0]).abs() < 1e-9);
        assert!((similarity(&[f32::MAX, f32::MAX], &[f32::MAX, f32::MAX]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn vector_without_finite_numbers_is_rejected() {
        for numbers in [vec![], vec![f32::NAN], vec![1.0, f32::INFINITY]] {
            assert!(Vector::try_from(numbers).is_err());
        }
    }
}
