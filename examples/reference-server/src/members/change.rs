use definable_errors::rbac::{RoleSet, UnknownRoleError};
use definable_errors::{ApiError, ResultExt};
use uuid::Uuid;

/// A change of a member's role.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) org_id: Uuid,
    pub(super) user_id: Uuid,
    pub(super) role: &'a str,
    /// The level of the caller who makes the change.
    pub(super) level: u16,
    pub(super) roles: &'a RoleSet,
}

impl Change<'_> {
    /// Rejects the change unless both the old and the new role are below the caller's level.
    /// Callers can therefore neither raise others to their own level nor change members at that
    /// level or themselves.
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
