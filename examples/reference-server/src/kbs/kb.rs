//! A knowledge base: its parts, their rules, and how requests for it can fail.

use axum::extract::FromRequestParts;
use definable_errors::ApiError;
use definable_errors::extract::{ETag, Path};
use definable_errors::problem::{ProblemType, ProblemTypes, Types};
use definable_errors::rbac::Member;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::store;
use crate::access::Org;
use crate::db::{Columns, is_storable};
use crate::{AppState, DatabaseFailure};

/// The id of a knowledge base of the caller's organization, taken from the path. Extracting it
/// first makes a 404 take precedence over an invalid body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KbId(pub(crate) Uuid);

impl FromRequestParts<AppState> for KbId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Path(kb_id) = Path::from_request_parts(parts, state).await?;
        let member = Member::<Org>::from_request_parts(parts, state).await?;
        store::find(state.pool(), *member.organization(), kb_id).await?;
        Ok(Self(kb_id))
    }
}

/// The guard has already checked the membership.
impl ProblemTypes for KbId {
    const TYPES: Types = Types { own: &[], others: &[Path::<Uuid>::TYPES, FindProblems::TYPES] };
}

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

/// A knowledge base, as clients receive it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Kb {
    pub(crate) id: Uuid,
    pub(crate) org_id: Uuid,
    name: String,
    description: Option<String>,
    tags: Vec<Tag>,
    settings: Settings,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[serde(skip)]
    version: i64,
}

impl Kb {
    /// Returns the entity tag of this state; every change results in another one.
    pub(crate) fn etag(&self) -> ETag {
        ETag::strong(self.version.to_string())
    }
}

impl FromRow<'_, AnyRow> for Kb {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            org_id: row.uuid("org_id")?,
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            tags: row.json("tags")?,
            settings: row.json("settings")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            version: row.try_get("version")?,
        })
    }
}

/// An error of a request about a knowledge base.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "kb")]
pub(crate) enum KbError {
    /// The knowledge base does not exist, or belongs to another organization.
    #[error("knowledge base {id} does not exist")]
    #[api(status = 404, title = "Knowledge base not found")]
    NotFound {
        #[api(member = "kb_id")]
        id: Uuid,
    },

    /// The organization has another knowledge base of this name. Choose another name.
    #[error("the organization has another knowledge base of this name")]
    #[api(status = 409, title = "Knowledge base name taken")]
    NameTaken,

    /// The knowledge base was changed since it was read. Read it again, then repeat the change
    /// with the new `ETag` in `If-Match`.
    #[error("the knowledge base was changed since you read it")]
    #[api(status = 412, title = "Knowledge base changed")]
    Changed,
}

const NOT_FOUND: &ProblemType = KbError::TYPES.by_code("kb_not_found");
const NAME_TAKEN: &ProblemType = KbError::TYPES.by_code("kb_name_taken");
const CHANGED: &ProblemType = KbError::TYPES.by_code("kb_changed");

const OTHERS: &[Types] = &[DatabaseFailure::TYPES];

/// The problem types of finding a knowledge base.
#[derive(Debug)]
pub(crate) enum FindProblems {}

impl ProblemTypes for FindProblems {
    const TYPES: Types = Types { own: &[NOT_FOUND], others: OTHERS };
}

/// The problem types of creating a knowledge base.
#[derive(Debug)]
pub(super) enum CreateProblems {}

impl ProblemTypes for CreateProblems {
    const TYPES: Types = Types { own: &[NAME_TAKEN], others: OTHERS };
}

/// The problem types of replacing a knowledge base.
#[derive(Debug)]
pub(super) enum ReplaceProblems {}

impl ProblemTypes for ReplaceProblems {
    const TYPES: Types = Types { own: &[NOT_FOUND, NAME_TAKEN, CHANGED], others: OTHERS };
}

/// The problem types of deleting a knowledge base.
#[derive(Debug)]
pub(super) enum DeleteProblems {}

impl ProblemTypes for DeleteProblems {
    const TYPES: Types = Types { own: &[NOT_FOUND, CHANGED], others: OTHERS };
}
