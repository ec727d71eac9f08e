use std::sync::Arc;

use super::{Grants, HasRights, Rights};

/// A role of a [`RoleSet`](super::RoleSet): its level, and its grants with those it inherits.
#[derive(Debug, Clone)]
pub struct Role {
    pub(super) name: Arc<str>,
    pub(super) level: u16,
    pub(super) grants: Grants,
}

impl Role {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How high it stands; nothing of it is inherited.
    pub const fn level(&self) -> u16 {
        self.level
    }

    /// Its own grants, then the inherited ones.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }
}

impl HasRights for Role {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(self)
    }
}

/// A role as it is written down: in code, or in a table that is read at the start.
///
/// Nothing of it is checked before it is in a [`RoleSet`](super::RoleSet).
#[derive(Debug, Clone)]
pub struct RoleDefinition {
    pub(super) name: Arc<str>,
    pub(super) level: u16,
    pub(super) grants: Vec<String>,
    pub(super) inherits: Vec<String>,
}

impl RoleDefinition {
    /// A role that may do nothing yet.
    pub fn new(name: impl Into<Arc<str>>, level: u16) -> Self {
        Self { name: name.into(), level, grants: Vec::new(), inherits: Vec::new() }
    }

    /// What it may do: patterns such as `kb:*`.
    pub fn with_grants<T: Into<String>>(mut self, grants: impl IntoIterator<Item = T>) -> Self {
        self.grants.extend(grants.into_iter().map(Into::into));
        self
    }

    /// The roles whose grants it has, too.
    pub fn with_inherited<T: Into<String>>(mut self, roles: impl IntoIterator<Item = T>) -> Self {
        self.inherits.extend(roles.into_iter().map(Into::into));
        self
    }
}
