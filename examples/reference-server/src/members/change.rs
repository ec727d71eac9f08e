use definable_errors::rbac::{RoleSet, UnknownRoleError};
use definable_errors::{ApiError, ResultExt};
use uuid::Uuid;

/// Somebody gives a member another role.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) org_id: Uuid,
    pub(super) user_id: Uuid,
    pub(super) role: &'a str,
    /// How high the one who gives it stands.
    pub(super) level: u16,
    pub(super) roles: &'a RoleSet,
}

impl Change<'_> {
    /// Nobody makes others their equals, or touches those who are: themselves neither.
    pub(super) fn check(&self, old_role: &str) -> Result<(), ApiError> {
        let level = |name: &str| Ok(self.roles.get(name)?.level());
        let levels = [old_role, self.role].map(level);
        for other in levels {
            let other: Result<u16, UnknownRoleError> = other;
            if other.or_internal()? >= self.level {
                return Err(ApiError::insufficient_role());
            }
        }
        Ok(())
    }
}
