use axum::extract::FromRequestParts;
use definable_errors::ApiError;
use definable_errors::extract::Path;
use definable_errors::problem::{ProblemTypes, Types};
use definable_errors::rbac::Member;
use http::request::Parts;
use uuid::Uuid;

use super::{FindProblems, store};
use crate::AppState;
use crate::access::Org;

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
