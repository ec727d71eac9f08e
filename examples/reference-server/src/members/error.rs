use definable_errors::ApiError;
use uuid::Uuid;

/// An error of a request about a member.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "member")]
pub(super) enum MemberError {
    /// The user is no member of the organization.
    #[error("user {id} is no member of the organization")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "user_id")]
        id: Uuid,
    },
}
