//! Roles, and the set of all roles of a service.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::{Grants, PatternError};

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

/// The definition of a role: in code, or in a table that is read at startup.
///
/// Nothing in it is checked before it is added to a [`RoleSet`](super::RoleSet).
#[derive(Debug, Clone)]
#[must_use]
pub struct RoleDefinition {
    pub(super) name: Arc<str>,
    pub(super) level: u16,
    pub(super) grants: Vec<String>,
    inherits: Vec<String>,
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

/// The roles of a service, checked when they are loaded.
///
/// ```
/// use definable_errors::rbac::{RoleDefinition, RoleSet};
///
/// let roles = RoleSet::new([
///     RoleDefinition::new("guest", 10).with_grants(["kb:read"]),
///     RoleDefinition::new("member", 20).with_inherited(["guest"]).with_grants(["kb:write"]),
///     RoleDefinition::new("owner", 100).with_grants(["*:*"]),
/// ])?;
/// let member = roles.get("member")?;
/// let grants: Vec<_> = member.grants().iter().map(|grant| grant.to_string()).collect();
/// assert_eq!((member.level(), grants), (20, vec!["kb:write of member".into(), "kb:read of guest".into()]));
///
/// let circle = RoleSet::new([
///     RoleDefinition::new("a", 1).with_inherited(["b"]),
///     RoleDefinition::new("b", 2).with_inherited(["a"]),
/// ]);
/// assert_eq!(circle.unwrap_err().to_string(), "the role `a` inherits itself: a, b, a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RoleSet(Arc<BTreeMap<Arc<str>, Arc<Role>>>);

impl RoleSet {
    /// Creates the set of these roles, and checks all of them.
    ///
    /// # Errors
    ///
    /// Returns an error if two roles have the same name, a grant is not a pattern, an inherited
    /// role is unknown, or a role inherits itself, directly or through others.
    pub fn new(
        definitions: impl IntoIterator<Item = RoleDefinition>,
    ) -> Result<Self, RoleSetError> {
        let mut known = HashMap::new();
        let mut order = Vec::new();
        for definition in definitions {
            let name = definition.name.clone();
            if known.insert(name.clone(), definition).is_some() {
                return Err(RoleSetError::DuplicateRole { role: name.to_string() });
            }
            order.push(name);
        }
        let role = |name: Arc<str>| Ok((name.clone(), Arc::new(resolved(&known[&name], &known)?)));
        let roles = order.into_iter().map(role).collect::<Result<_, RoleSetError>>()?;
        Ok(Self(Arc::new(roles)))
    }

    /// Returns the role with this name.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none. If the name came from a store, the store is inconsistent:
    /// convert the error into a 5xx ([`or_internal`](crate::ResultExt::or_internal)). If it came from
    /// a token, reject the token: `.or_problem(&INVALID_TOKEN)`.
    pub fn get(&self, name: &str) -> Result<Arc<Role>, UnknownRoleError> {
        self.0.get(name).cloned().ok_or_else(|| UnknownRoleError { name: name.into() })
    }

    /// Iterates over all roles by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.0.values()
    }
}

type Known = HashMap<Arc<str>, RoleDefinition>;

/// Resolves a role with everything that it inherits; each role is visited once, nearest first.
fn resolved(definition: &RoleDefinition, known: &Known) -> Result<Role, RoleSetError> {
    let mut grants = Grants::default();
    let mut heirs: HashMap<&str, &str> = HashMap::new();
    let mut seen = HashSet::from([&*definition.name]);
    let mut waiting = vec![definition];
    let mut at = 0;
    while let Some(role) = waiting.get(at).copied() {
        at += 1;
        add_grants(role, &mut grants)?;
        for name in &role.inherits {
            if **name == *definition.name {
                return Err(circle(&definition.name, &role.name, &heirs));
            }
            let inherited = known.get(&**name).ok_or_else(|| RoleSetError::UnknownRole {
                role: role.name.to_string(),
                inherited: name.clone(),
            })?;
            if seen.insert(name) {
                heirs.insert(name, &role.name);
                waiting.push(inherited);
            }
        }
    }
    Ok(Role { name: definition.name.clone(), level: definition.level, grants })
}

fn add_grants(role: &RoleDefinition, grants: &mut Grants) -> Result<(), RoleSetError> {
    for text in &role.grants {
        let wrong = |error| RoleSetError::InvalidGrant { role: role.name.to_string(), error };
        grants.add(text.parse().map_err(wrong)?, &role.name);
    }
    Ok(())
}

/// Returns the path back from the role that closes the circle.
fn circle(start: &str, last: &str, heirs: &HashMap<&str, &str>) -> RoleSetError {
    let back = std::iter::successors(Some(last), |name| heirs.get(name).copied());
    let mut path: Vec<_> = [start].into_iter().chain(back).map(ToOwned::to_owned).collect();
    path.reverse();
    RoleSetError::Cycle { path }
}

/// The error for role definitions that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleSetError {
    /// Two roles have the same name.
    DuplicateRole {
        /// The name.
        role: String,
    },
    /// A grant is not a pattern.
    InvalidGrant {
        /// The role with the grant.
        role: String,
        /// The reason.
        error: PatternError,
    },
    /// An inherited role does not exist.
    UnknownRole {
        /// The role that inherits.
        role: String,
        /// The name that no role has.
        inherited: String,
    },
    /// A role inherits itself.
    Cycle {
        /// The path from the role back to itself.
        path: Vec<String>,
    },
}

impl fmt::Display for RoleSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateRole { role } => write!(f, "two roles have the name `{role}`"),
            Self::InvalidGrant { role, .. } => {
                write!(f, "the role `{role}` has a grant that is not a pattern")
            }
            Self::UnknownRole { role, inherited } => {
                write!(f, "the role `{role}` inherits `{inherited}`, which does not exist")
            }
            Self::Cycle { path } => {
                write!(f, "the role `{}` inherits itself: {}", path[0], path.join(", "))
            }
        }
    }
}

impl std::error::Error for RoleSetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InvalidGrant { error, .. } => Some(error),
            Self::DuplicateRole { .. } | Self::UnknownRole { .. } | Self::Cycle { .. } => None,
        }
    }
}

/// The error for a name that no role has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownRoleError {
    name: Box<str>,
}

impl fmt::Display for UnknownRoleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no role {:?}", self.name)
    }
}

impl std::error::Error for UnknownRoleError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str, inherits: &[&str]) -> RoleDefinition {
        RoleDefinition::new(name, 1)
            .with_grants([format!("{name}:read")])
            .with_inherited(inherits.iter().copied())
    }

    fn refusal(roles: impl IntoIterator<Item = RoleDefinition>) -> String {
        RoleSet::new(roles).unwrap_err().to_string()
    }

    #[test]
    fn a_role_inherits_from_all_the_way_down_and_nothing_twice() {
        let diamond =
            [role("a", &["b", "c"]), role("b", &["d"]), role("c", &["d"]), role("d", &[])];
        let roles = RoleSet::new(diamond).unwrap();
        let top = roles.get("a").unwrap();
        let grants: Vec<_> = top.grants().iter().map(|grant| grant.to_string()).collect();
        assert_eq!(grants, ["a:read of a", "b:read of b", "c:read of c", "d:read of d"]);
        assert_eq!(roles.iter().count(), 4);
    }

    #[test]
    fn a_level_is_not_inherited() {
        let roles = RoleSet::new([
            RoleDefinition::new("low", 1).with_inherited(["high"]),
            RoleDefinition::new("high", 9),
        ]);
        assert_eq!(roles.unwrap().get("low").unwrap().level(), 1);
    }

    #[test]
    fn circles_are_refused_however_long() {
        assert_eq!(refusal([role("a", &["a"])]), "the role `a` inherits itself: a, a");
        let long = [role("a", &["b"]), role("b", &["c"]), role("c", &["a"])];
        assert_eq!(refusal(long), "the role `a` inherits itself: a, b, c, a");
        let behind = [role("x", &["a"]), role("a", &["b"]), role("b", &["a"])];
        assert_eq!(refusal(behind), "the role `a` inherits itself: a, b, a");
    }

    #[test]
    fn what_cannot_be_loaded_says_why() {
        assert_eq!(refusal([role("a", &["b"])]), "the role `a` inherits `b`, which does not exist");
        assert_eq!(refusal([role("a", &[]), role("a", &[])]), "two roles have the name `a`");
        let wrong = RoleSet::new([RoleDefinition::new("a", 1).with_grants(["kb"])]).unwrap_err();
        assert_eq!(wrong.to_string(), "the role `a` has a grant that is not a pattern");
        assert!(std::error::Error::source(&wrong).unwrap().to_string().ends_with("not \"kb\""));
        let roles = RoleSet::new([role("a", &[])]).unwrap();
        assert_eq!(roles.get("A").unwrap_err().to_string(), "there is no role \"A\"");
    }
}
