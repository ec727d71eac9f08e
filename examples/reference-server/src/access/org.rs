use definable_errors::rbac::Organization;
use uuid::Uuid;

use super::User;

/// The organization that a route belongs to; the query parameter `org_id` names it.
#[derive(Debug)]
pub(crate) struct Org;

impl Organization for Org {
    type Id = Uuid;
    type Principal = User;
}
