use definable_errors::ApiError;
use uuid::Uuid;

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
