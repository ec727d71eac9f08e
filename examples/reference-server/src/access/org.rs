use definable_errors::rbac::Organization;
use utoipa::IntoParams;
use uuid::Uuid;

use super::User;

/// The organization that a route belongs to; the query parameter `org_id` names it.
#[derive(Debug)]
pub(crate) struct Org;

impl Organization for Org {
    type Id = Uuid;
    type Principal = User;
}

/// The query parameter that names the organization.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `Member<Org>` reads")]
pub(crate) struct InOrg {
    /// The id of the organization.
    org_id: Uuid,
}
