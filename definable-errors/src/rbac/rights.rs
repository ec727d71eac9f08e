use std::sync::Arc;

use super::{Decision, Grant, Grants, Permission, Role, Rule};

/// A view of what a caller may do, which borrows everything and copies nothing.
///
/// ```
/// use definable_errors::rbac::{Grants, Permission, Rights, Rule};
///
/// let grants = Grants::parse(["kb:*"]).unwrap();
/// let rights = Rights::from_grants(&grants);
/// assert!(rights.decide(Rule::Permission(Permission::new("kb:read"))).is_allowed());
/// assert!(!rights.decide(Rule::Level(80)).is_allowed());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a>(Held<'a>);

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Nothing,
    Grants(&'a Grants),
    Role(&'a Role),
    Roles(&'a [Arc<Role>]),
    Names(&'a [String]),
}

impl<'a> Rights<'a> {
    /// No rights at all.
    pub const NONE: Self = Self(Held::Nothing);

    /// Returns the rights of a role, with its level.
    pub const fn from_role(role: &'a Role) -> Self {
        Self(Held::Role(role))
    }

    /// Returns the combined rights of several roles, with the highest of their levels.
    pub const fn from_roles(roles: &'a [Arc<Role>]) -> Self {
        Self(Held::Roles(roles))
    }

    /// Returns the rights of grants without a role, with level 0.
    pub const fn from_grants(grants: &'a Grants) -> Self {
        Self(Held::Grants(grants))
    }

    /// Returns the rights of permissions by their full names, with level 0. A `*` has no meaning in
    /// them.
    pub const fn from_permission_names(permissions: &'a [String]) -> Self {
        Self(Held::Names(permissions))
    }

    /// Decides whether a rule is met, with the reason.
    pub fn decide(self, rule: Rule) -> Decision<'a> {
        Decision::make(self, rule)
    }

    /// Returns the level.
    pub fn level(&self) -> u16 {
        match self.0 {
            Held::Role(role) => role.level(),
            Held::Roles(roles) => roles.iter().map(|role| role.level()).max().unwrap_or_default(),
            Held::Nothing | Held::Grants(_) | Held::Names(_) => 0,
        }
    }

    /// Returns the first grant that covers the permission.
    pub fn covering(&self, permission: &Permission) -> Option<Grant<'a>> {
        match self.0 {
            Held::Nothing => None,
            Held::Grants(grants) => grants.covering(permission),
            Held::Role(role) => role.grants().covering(permission),
            Held::Roles(roles) => roles.iter().find_map(|role| role.grants().covering(permission)),
            Held::Names(names) => {
                names.iter().find(|name| **name == permission.name()).map(|name| Grant::named(name))
            }
        }
    }

    /// Returns all grants, for explanations.
    pub(super) fn grants(&self) -> Vec<Grant<'a>> {
        match self.0 {
            Held::Nothing => Vec::new(),
            Held::Grants(grants) => grants.iter().collect(),
            Held::Role(role) => role.grants().iter().collect(),
            Held::Roles(roles) => roles.iter().flat_map(|role| role.grants().iter()).collect(),
            Held::Names(names) => names.iter().map(|name| Grant::named(name)).collect(),
        }
    }

    /// Returns the names of the roles, for explanations.
    pub(super) fn roles(&self) -> Vec<&'a str> {
        match self.0 {
            Held::Role(role) => vec![role.name()],
            Held::Roles(roles) => roles.iter().map(|role| role.name()).collect(),
            Held::Nothing | Held::Grants(_) | Held::Names(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbac::{RoleDefinition, RoleSet};

    const KB_READ: Permission = Permission::new("kb:read");

    #[test]
    fn several_roles_stand_together() {
        let roles = RoleSet::new([
            RoleDefinition::new("auditor", 30).with_grants(["*:read"]),
            RoleDefinition::new("clerk", 20).with_grants(["jobs:*"]),
        ]);
        let roles: Vec<_> = roles.unwrap().iter().cloned().collect();
        let rights = Rights::from_roles(&roles);
        assert_eq!(rights.level(), 30);
        assert_eq!(rights.covering(&KB_READ).unwrap().to_string(), "*:read of auditor");
        assert_eq!((rights.grants().len(), rights.roles()), (2, vec!["auditor", "clerk"]));
        assert_eq!((Rights::from_roles(&[]).level(), Rights::NONE.level()), (0, 0));
    }

    #[test]
    fn a_name_covers_itself_and_a_star_in_it_is_none() {
        let names = ["kb:*".to_owned(), "*".to_owned(), "kb:readers".to_owned()];
        assert_eq!(Rights::from_permission_names(&names).covering(&KB_READ), None);
        let names = ["kb:read".to_owned()];
        assert_eq!(
            Rights::from_permission_names(&names).covering(&KB_READ).unwrap().pattern(),
            "kb:read"
        );
    }
}
