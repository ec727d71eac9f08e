use std::fmt;
use std::sync::Arc;

use super::{Pattern, PatternError, Permission};

/// What somebody may do, read once: from a role, a token's claims, a row of a table.
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
    /// Grants that come from no role.
    ///
    /// # Errors
    ///
    /// When one of them is no pattern.
    pub fn parse<T: AsRef<str>>(
        patterns: impl IntoIterator<Item = T>,
    ) -> Result<Self, PatternError> {
        let entry = |text: T| Ok(Entry { pattern: text.as_ref().parse()?, role: None });
        patterns.into_iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// The first grant that covers it.
    pub fn covering(&self, permission: &Permission) -> Option<Grant<'_>> {
        self.0.iter().find(|entry| entry.pattern.covers(permission)).map(Entry::as_grant)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Grant<'_>> {
        self.0.iter().map(Entry::as_grant)
    }

    /// The same pattern of two roles says nothing new.
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

/// One pattern that somebody was granted, and the role that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'a> {
    pattern: &'a str,
    role: Option<&'a str>,
}

impl<'a> Grant<'a> {
    /// A permission by its full name, of no role.
    pub(super) fn named(name: &'a str) -> Self {
        Self { pattern: name, role: None }
    }

    /// What it covers.
    pub const fn pattern(&self) -> &'a str {
        self.pattern
    }

    /// The role that says so; it may be an inherited one.
    pub const fn role(&self) -> Option<&'a str> {
        self.role
    }
}

/// `kb:*` or `kb:* of admin`.
impl fmt::Display for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Some(role) => write!(f, "{} of {role}", self.pattern),
            None => f.write_str(self.pattern),
        }
    }
}
