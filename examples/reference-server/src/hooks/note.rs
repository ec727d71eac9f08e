use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

/// A text for a knowledge base. The limit of request bodies bounds its length.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    pub(super) kb_id: Uuid,
    #[validate(length(min = 1))]
    #[schema(min_length = 1)]
    pub(super) text: String,
}
