use std::sync::Arc;

use super::{Grants, HasRights, Rights};

/// A role of a [`RoleSet`](super::RoleSet): its level, and its own and inherited grants.
#[derive(Debug, Clone)]
pub struct Role {
    pub(super) name: Arc<str>,
    pub(super) level: u16,
    pub(super) grants: Grants,
}

impl Role {
    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the level, which is not inherited.
    pub const fn level(&self) -> u16 {
        self.level
    }

    /// Returns the role's own grants, followed by the inherited ones.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }
}

impl HasRights for Role {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(self)
    }
}

/// The definition of a role: in code, or in a table that is read at startup.
///
/// Nothing in it is checked before it is added to a [`RoleSet`](super::RoleSet).
#[derive(Debug, Clone)]
#[must_use]
pub struct RoleDefinition {
    pub(super) name: Arc<str>,
    pub(super) level: u16,
    pub(super) grants: Vec<String>,
    pub(super) inherits: Vec<String>,
}

impl RoleDefinition {
    /// Creates a definition without grants.
    pub fn new(name: impl Into<Arc<str>>, level: u16) -> Self {
        Self { name: name.into(), level, grants: Vec::new(), inherits: Vec::new() }
    }

    /// Adds grants: patterns such as `kb:*`.
    pub fn with_grants<T: Into<String>>(mut self, grants: impl IntoIterator<Item = T>) -> Self {
        self.grants.extend(grants.into_iter().map(Into::into));
        self
    }

    /// Adds roles whose grants this role inherits.
    pub fn with_inherited<T: Into<String>>(mut self, roles: impl IntoIterator<Item = T>) -> Self {
        self.inherits.extend(roles.into_iter().map(Into::into));
        self
    }
}
