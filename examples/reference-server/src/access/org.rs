use definable_errors::rbac::Organization;
use uuid::Uuid;

use super::User;

/// What users are members of; `org_id` in the query names it.
#[derive(Debug)]
pub(crate) struct Org;

impl Organization for Org {
    type Id = Uuid;
    type Principal = User;
}
