use serde::Deserialize;
use validator::Validate;

use super::{Settings, Tag};

/// The body of a request that creates or replaces a knowledge base.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKb {
    #[validate(length(min = 1, max = 80))]
    pub(super) name: String,
    #[validate(length(max = 500))]
    pub(super) description: Option<String>,
    #[serde(default)]
    #[validate(length(max = 10), nested)]
    pub(super) tags: Vec<Tag>,
    #[serde(default)]
    #[validate(nested)]
    pub(super) settings: Settings,
}
