use std::sync::Arc;

use super::{HasRights, Rights, Role};

/// What ties a user to an organization: a role, and whether it counts.
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
    /// A membership in this state, with this role.
    pub const fn new(status: MembershipStatus, role: Arc<Role>) -> Self {
        Self { status, role }
    }

    /// One that counts.
    pub const fn active(role: Arc<Role>) -> Self {
        Self::new(MembershipStatus::Active, role)
    }

    /// Whether it counts.
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// The role.
    pub const fn role(&self) -> &Arc<Role> {
        &self.role
    }
}

impl HasRights for Membership {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(&self.role)
    }
}

/// Whether a membership counts. Only [`Active`](Self::Active) does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MembershipStatus {
    /// It counts.
    Active,
    /// The invitation is not accepted yet.
    Invited,
    /// Somebody took it away for a while.
    Suspended,
    /// It is over.
    Deleted,
    /// The store says a word that nobody here knows, so it does not count.
    Unknown,
}

/// The words of a store. There is no error: an unknown word is a status that does not count.
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
    /// The word of a store, and of the log.
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
