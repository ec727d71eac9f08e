use serde::{Deserialize, Serialize};
use validator::Validate;

/// A tag of a knowledge base; a string in JSON.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(transparent)]
pub(crate) struct Tag {
    #[validate(length(min = 1, max = 32))]
    word: String,
}
