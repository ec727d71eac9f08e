//! The index of a knowledge base in memory, and the snippet that a match shows.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use definable_errors::{ApiError, RequestContext};
use serde::Serialize;
use uuid::Uuid;

use super::store::Text;
use crate::embeddings::{Embeddings, Vector};

/// A document that is similar to a query.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Match {
    document_id: Uuid,
    file_name: Option<String>,
    /// The similarity, over 0 and at most 1.
    score: f64,
    snippet: String,
}

/// The index of all documents. A document never changes, so that its vector is computed once, by the
/// first search that needs it. Clones share their vectors.
///
/// The vectors are kept in memory, because they are worth nothing with another model: after a
/// restart, the service at `EMBEDDINGS_URL` may be another one.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    embeddings: Embeddings,
    vectors: Arc<Mutex<Vectors>>,
}

/// The vectors of the documents that were searched last.
#[derive(Debug, Default)]
struct Vectors {
    by_document: HashMap<Uuid, Arc<Vector>>,
    /// The documents in the order in which they were added.
    order: VecDeque<Uuid>,
}

/// The maximum number of matches.
const MATCHES: usize = 10;

impl Index {
    pub(crate) fn new(embeddings: Embeddings) -> Self {
        Self { embeddings, vectors: Arc::default() }
    }

    /// Returns the texts that are similar to the query, the most similar one first.
    pub(super) async fn search(
        &self,
        context: &RequestContext,
        query: &str,
        texts: Vec<Text>,
    ) -> Result<Vec<Match>, ApiError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let (wanted, vectors) = self.vectors(context, query, &texts).await?;
        let scores = vectors.iter().map(|vector| rounded(wanted.similarity(vector)));
        let mut ranked: Vec<_> = texts.into_iter().zip(scores).collect();
        ranked.retain(|(_, score)| *score > 0.0);
        // The sort is stable, so that of equally similar documents the newest one is first.
        ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        ranked.truncate(MATCHES);
        Ok(ranked.into_iter().map(|(text, score)| Match::new(text, score, query)).collect())
    }

    /// Returns the vector of the query, and those of all texts. The ones that are missing are
    /// computed together with the query's, in the same request if they are few.
    async fn vectors(
        &self,
        context: &RequestContext,
        query: &str,
        texts: &[Text],
    ) -> Result<(Vector, Vec<Arc<Vector>>), ApiError> {
        let mut known = self.shared().of(texts);
        let missing = known.iter().zip(texts).filter(|(vector, _)| vector.is_none());
        let missing: Vec<_> = missing.map(|(_, text)| text).collect();
        let inputs: Vec<_> =
            std::iter::once(query).chain(missing.iter().map(|text| text.text.as_str())).collect();
        let mut computed = self.embeddings.embed(context, &inputs).await?.into_iter();
        let wanted = computed.next().expect("there is a vector for each input");
        let mut shared = self.shared();
        let all = known.iter_mut().zip(texts).filter_map(|(vector, text)| match vector.take() {
            Some(vector) => Some(vector),
            None => Some(shared.add(text.document_id, computed.next()?)),
        });
        let all = all.collect();
        Ok((wanted, all))
    }

    fn shared(&self) -> MutexGuard<'_, Vectors> {
        self.vectors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vectors {
    /// The maximum number of vectors; with 1,024 numbers each they take 40 MiB.
    const MAX: usize = 10_000;

    /// Returns the vector of each text, as far as they are known.
    fn of(&self, texts: &[Text]) -> Vec<Option<Arc<Vector>>> {
        texts.iter().map(|text| self.by_document.get(&text.document_id).cloned()).collect()
    }

    /// Adds a vector; the oldest one is dropped if there are too many.
    fn add(&mut self, document_id: Uuid, vector: Vector) -> Arc<Vector> {
        let vector = Arc::new(vector);
        if self.by_document.insert(document_id, vector.clone()).is_none() {
            self.order.push_back(document_id);
        }
        if self.order.len() > Self::MAX {
            let oldest = self.order.pop_front();
            oldest.and_then(|oldest| self.by_document.remove(&oldest));
        }
        vector
    }
}

impl Match {
    fn new(Text { document_id, file_name, text }: Text, score: f64, query: &str) -> Self {
        Self { document_id, file_name, score, snippet: snippet(&text, query) }
    }
}

/// Rounds to four digits: more of them mean nothing.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

/// The maximum length of a snippet, in characters.
const LENGTH: usize = 160;

/// Returns the sentence with most words of the query, or the first one if none has any.
pub(super) fn snippet(text: &str, query: &str) -> String {
    let query = query.to_lowercase();
    let words: Vec<_> = words(&query).collect();
    let sentences = text.split_inclusive(['.', '!', '?', '\n']).map(str::trim);
    let sentences = sentences.filter(|sentence| !sentence.is_empty());
    let count = |sentence: &str| {
        let sentence = sentence.to_lowercase();
        let found: Vec<_> = self::words(&sentence).collect();
        words.iter().filter(|word| found.contains(word)).count()
    };
    // Of equal ones `max_by_key` returns the last one.
    let best = sentences.rev().max_by_key(|sentence| count(sentence)).unwrap_or_default();
    match best.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &best[..end]),
        None => best.to_owned(),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_of_vectors_is_bounded() {
        let mut vectors = Vectors::default();
        let vector = || Vector::try_from(vec![1.0]).unwrap();
        let first = Uuid::new_v4();
        vectors.add(first, vector());
        for _ in 0..Vectors::MAX - 1 {
            vectors.add(Uuid::new_v4(), vector());
        }
        vectors.add(first, vector());
        assert!(vectors.by_document.contains_key(&first), "nothing is dropped before the limit");
        vectors.add(Uuid::new_v4(), vector());
        assert!(!vectors.by_document.contains_key(&first));
        assert_eq!((vectors.by_document.len(), vectors.order.len()), (Vectors::MAX, Vectors::MAX));
    }

    #[test]
    fn snippet_is_the_sentence_that_matches_best() {
        let text = "# Leave\n\nEveryone has 30 days. Ask your lead for LEAVE early!\nPrinters: B2";
        assert_eq!(snippet(text, "how early to ask for leave"), "Ask your lead for LEAVE early!");
        assert_eq!(snippet(text, "printers"), "Printers: B2");
        assert_eq!(snippet(text, "holidays"), "# Leave");
        assert_eq!(snippet("", "leave"), "");
        assert_eq!(snippet(&"ü".repeat(161), "leave"), "ü".repeat(160) + "…");
        assert_eq!(snippet(&"ü".repeat(160), ""), "ü".repeat(160));
    }
}
