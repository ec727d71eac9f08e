use serde::Deserialize;
use validator::Validate;

/// The query of a search. Its length bounds what the embeddings service has to do.
#[derive(Debug, Deserialize, Validate)]
pub(super) struct SearchQuery {
    #[validate(length(min = 1, max = 200))]
    pub(super) q: String,
}
