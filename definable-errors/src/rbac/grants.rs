use std::fmt;
use std::sync::Arc;

use super::{Pattern, PatternError, Permission};

/// The grants of a caller, parsed once: from a role, the claims of a token, or a row of a table.
///
/// ```
/// use definable_errors::rbac::{Grants, Permission};
///
/// let grants = Grants::parse(["kb:*", "jobs:read"]).unwrap();
/// let grant = grants.covering(&Permission::new("kb:read")).unwrap();
/// assert_eq!(grant.pattern(), "kb:*");
/// assert!(grants.covering(&Permission::new("jobs:write")).is_none());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Grants(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    pattern: Pattern,
    role: Option<Arc<str>>,
}

impl Grants {
    /// Parses grants that come from no role.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them is not a pattern.
    pub fn parse<T: AsRef<str>>(
        patterns: impl IntoIterator<Item = T>,
    ) -> Result<Self, PatternError> {
        let entry = |text: T| Ok(Entry { pattern: text.as_ref().parse()?, role: None });
        patterns.into_iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the first grant that covers the permission.
    pub fn covering(&self, permission: &Permission) -> Option<Grant<'_>> {
        self.0.iter().find(|entry| entry.pattern.covers(permission)).map(Entry::as_grant)
    }

    /// Iterates over all grants.
    pub fn iter(&self) -> impl Iterator<Item = Grant<'_>> {
        self.0.iter().map(Entry::as_grant)
    }

    /// Adds a grant, unless another role has already added the same pattern.
    pub(super) fn add(&mut self, pattern: Pattern, role: &Arc<str>) {
        if self.0.iter().all(|known| known.pattern != pattern) {
            self.0.push(Entry { pattern, role: Some(role.clone()) });
        }
    }
}

impl Entry {
    fn as_grant(&self) -> Grant<'_> {
        Grant { pattern: self.pattern.as_str(), role: self.role.as_deref() }
    }
}

/// One granted pattern, and the role that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    pattern: &'a str,
    role: Option<&'a str>,
}

impl<'a> Grant<'a> {
    /// Creates a grant of a permission by its full name, without a role.
    pub(super) fn named(name: &'a str) -> Self {
        Self { pattern: name, role: None }
    }

    /// Returns the pattern.
    pub const fn pattern(&self) -> &'a str {
        self.pattern
    }

    /// Returns the role that has the grant; it may be an inherited role.
    pub const fn role(&self) -> Option<&'a str> {
        self.role
    }
}

/// Formats the grant as `kb:*` or `kb:* of admin`.
impl fmt::Display for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Some(role) => write!(f, "{} of {role}", self.pattern),
            None => f.write_str(self.pattern),
        }
    }
}
