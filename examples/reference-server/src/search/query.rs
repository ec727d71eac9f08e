//! The query of a search, and its rules.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

/// The query of a search. Its length bounds what the embeddings service has to do.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    #[validate(length(min = 1, max = 200))]
    /// What to search for.
    #[param(min_length = 1, max_length = 200)]
    pub(super) q: String,
}
