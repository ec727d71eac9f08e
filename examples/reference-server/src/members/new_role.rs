use definable_errors::extract::{Rules, Violations};
use definable_errors::rbac::RoleSet;
use serde::Deserialize;
use utoipa::ToSchema;

/// The body of a request that changes a member's role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// The name of a role, such as `member`.
    #[schema(pattern = "^(owner|admin|member|guest)$")]
    pub(super) role: String,
}

impl Rules<&RoleSet> for NewRole {
    fn check(&self, roles: &RoleSet, violations: &mut Violations<'_, &RoleSet>) {
        if roles.get(&self.role).is_err() {
            violations.report("role").one_of(roles.iter().map(|role| role.name()));
        }
    }
}
