use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::{Settings, Tag};
use crate::db::is_storable;

/// The body of a request that creates or replaces a knowledge base.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKb {
    #[validate(length(min = 1, max = 80), custom(function = storable))]
    #[schema(min_length = 1, max_length = 80, pattern = r"^[^\u0000]*$")]
    pub(super) name: String,
    #[validate(length(max = 500), custom(function = storable))]
    #[schema(max_length = 500, pattern = r"^[^\u0000]*$")]
    pub(super) description: Option<String>,
    #[serde(default)]
    #[validate(length(max = 10), nested)]
    #[schema(max_items = 10)]
    pub(super) tags: Vec<Tag>,
    #[serde(default)]
    #[validate(nested)]
    pub(super) settings: Settings,
}

fn storable(text: &str) -> Result<(), ValidationError> {
    let error = ValidationError::new("nul").with_message("must not contain U+0000".into());
    if is_storable(text) { Ok(()) } else { Err(error) }
}
