//! A stand-in for an embeddings service, so that the search works without one. It knows nothing of
//! meanings: a text is similar to another one if they have words in common.

use std::io;
use std::net::Ipv4Addr;

use axum::Router;
use axum::routing::post;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::Json;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Vector;

/// The running service. It stops when this value is dropped.
#[derive(Debug)]
pub(super) struct StandIn {
    url: String,
    task: JoinHandle<()>,
}

/// The length of its vectors. Two of a text's words rarely have the same place in so many.
const DIMENSIONS: usize = 512;

impl StandIn {
    /// Starts the service on a free port that only this machine can reach.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let routes = Router::new().route("/embed", post(embed)).layer(ApiErrorLayer::new());
        let task = tokio::spawn(async {
            if let Err(error) = definable_errors::serve(listener, routes).await {
                tracing::error!(%error, "the stand-in for the embeddings service has stopped");
            }
        });
        Ok(Self { url, task })
    }

    /// Returns its base URL.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The body of a request. Other members of the API, such as `truncate`, make no difference.
#[derive(Deserialize)]
struct Texts {
    inputs: Vec<String>,
}

async fn embed(Json(texts): Json<Texts>) -> Json<Vec<Vector>> {
    Json(texts.inputs.iter().map(|text| hashed(text)).collect())
}

/// Returns a vector in which each word of the text counts at a place that its hash chooses.
fn hashed(text: &str) -> Vector {
    let mut numbers = vec![0.0; DIMENSIONS];
    for word in words(text) {
        numbers[place(&word)] += 1.0;
    }
    numbers.try_into().expect("all of them are finite")
}

/// Returns the words of a text in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Returns the place of a word: its hash by FNV-1a, which is the same in every process.
fn place(word: &str) -> usize {
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash % DIMENSIONS as u64).expect("it is less than the dimensions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_similar_as_they_have_words_in_common() {
        let similarity = |a: &str, b: &str| hashed(a).similarity(&hashed(b));
        let leave = "Everyone has 30 days of leave.";
        assert!((similarity("EVERYONE has, 30 days of leave", leave) - 1.0).abs() < 1e-9);
        assert!(similarity("days of leave", leave) > similarity("leave", leave));
        assert!(similarity("leave", leave) > 0.1);
        assert!(similarity("printer", leave).abs() < 1e-9);
        assert!(similarity("", leave).abs() < 1e-9);
    }
}
