use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Settings for splitting documents into chunks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    #[validate(range(min = 64, max = 4096))]
    /// The size of a chunk.
    #[schema(minimum = 64, maximum = 4096, default = 512)]
    chunk_size: i64,
    #[validate(range(min = 0, max = self.largest_overlap()))]
    /// How much of a chunk the next one repeats, less than a chunk.
    #[schema(minimum = 0, maximum = 4095, default = 64)]
    overlap: i64,
    /// The language of the documents.
    #[schema(default = "en")]
    language: Language,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    En,
    De,
    Fr,
}

impl Settings {
    /// Returns the largest overlap, which is less than a chunk. If `chunk_size` itself is out of
    /// range, the largest chunk counts, so that one mistake is reported once.
    fn largest_overlap(self) -> i64 {
        match self.chunk_size {
            64..=4096 => self.chunk_size - 1,
            _ => 4095,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { chunk_size: 512, overlap: 64, language: Language::En }
    }
}
