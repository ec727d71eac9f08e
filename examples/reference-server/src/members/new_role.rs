use definable_errors::extract::{Rules, Violations};
use definable_errors::rbac::RoleSet;
use serde::Deserialize;

/// The body of a request that changes a member's role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    pub(super) role: String,
}

impl Rules<&RoleSet> for NewRole {
    fn check(&self, roles: &RoleSet, violations: &mut Violations<'_, &RoleSet>) {
        if roles.get(&self.role).is_err() {
            violations.report("role").one_of(roles.iter().map(|role| role.name()));
        }
    }
}
