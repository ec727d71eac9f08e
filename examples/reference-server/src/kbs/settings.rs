use serde::{Deserialize, Serialize};
use validator::Validate;

/// How documents are cut into pieces.
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
    /// Pieces overlap by less than one of them. Where their size is none, by less than the largest:
    /// one mistake is told once.
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
