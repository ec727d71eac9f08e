use serde::{Deserialize, Serialize};
use validator::Validate;

/// Settings for splitting documents into chunks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    #[validate(range(min = 64, max = 4096))]
    chunk_size: i64,
    #[validate(range(min = 0, max = self.largest_overlap()))]
    overlap: i64,
    language: Language,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
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
