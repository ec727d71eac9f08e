use std::sync::Arc;

use super::{HasRights, Rights, Role};

/// The membership of a user in an organization: a role and a status.
///
/// ```
/// use definable_errors::rbac::{Membership, MembershipStatus, RoleDefinition, RoleSet};
///
/// let roles = RoleSet::new([RoleDefinition::new("guest", 10)]).unwrap();
/// // As a table has it:
/// let (status, role) = ("suspended", "guest");
/// let membership = Membership::new(MembershipStatus::from(status), roles.get(role)?);
/// assert_eq!(membership.status(), MembershipStatus::Suspended);
/// # Ok::<(), definable_errors::rbac::UnknownRoleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Membership {
    status: MembershipStatus,
    role: Arc<Role>,
}

impl Membership {
    /// Creates a membership with this status and role.
    pub const fn new(status: MembershipStatus, role: Arc<Role>) -> Self {
        Self { status, role }
    }

    /// Creates an active membership.
    pub const fn active(role: Arc<Role>) -> Self {
        Self::new(MembershipStatus::Active, role)
    }

    /// Returns the status, which decides whether the membership counts.
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// Returns the role.
    pub const fn role(&self) -> &Arc<Role> {
        &self.role
    }
}

impl HasRights for Membership {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(&self.role)
    }
}

/// The status of a membership. Only [`Active`](Self::Active) counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MembershipStatus {
    /// The membership counts.
    Active,
    /// The invitation has not been accepted yet.
    Invited,
    /// The membership is suspended for a while.
    Suspended,
    /// The membership has ended.
    Deleted,
    /// The store contains an unknown status, so the membership does not count.
    Unknown,
}

/// Converts the status string of a store. There is no error: an unknown string is a status that
/// does not count.
impl From<&str> for MembershipStatus {
    fn from(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "invited" => Self::Invited,
            "suspended" => Self::Suspended,
            "deleted" => Self::Deleted,
            _ => Self::Unknown,
        }
    }
}

impl MembershipStatus {
    /// Returns the status as a string, as in stores and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for word in ["active", "invited", "suspended", "deleted"] {
            assert_eq!(MembershipStatus::from(word).as_str(), word);
        }
        for word in ["", "Active", " active", "active\0", "enabled", "unknown"] {
            assert_eq!(MembershipStatus::from(word), MembershipStatus::Unknown, "{word}");
        }
    }
}
