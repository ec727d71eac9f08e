use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

/// A tag of a knowledge base; a string in JSON.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(transparent)]
pub(crate) struct Tag {
    #[validate(length(min = 1, max = 32))]
    word: String,
}

/// The derive would describe an object.
impl PartialSchema for Tag {
    fn schema() -> RefOr<Schema> {
        let word = ObjectBuilder::new().schema_type(Type::String);
        word.min_length(Some(1)).max_length(Some(32)).build().into()
    }
}

impl ToSchema for Tag {}
