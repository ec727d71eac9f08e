use serde::Deserialize;
use uuid::Uuid;
use validator::Validate;

/// A text for a knowledge base. The limit of request bodies bounds its length.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    pub(super) kb_id: Uuid,
    #[validate(length(min = 1))]
    pub(super) text: String,
}
