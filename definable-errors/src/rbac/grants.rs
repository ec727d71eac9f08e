//! Grants: patterns of permissions, and the role that each is from.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Permission;
use super::permission::{is_start_of_word, is_word};

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

/// The pattern of a grant: `kb:read`, `kb:*`, `*:read`, `kb:r*` or `*`.
///
/// A `*` ends a segment and matches whatever follows, including nothing; it never matches across
/// the colon. Alone it covers everything, as `*:*` does. Anything else is rejected when it is
/// parsed, so a misspelt grant is an error at startup and not a permission that is never matched.
///
/// ```
/// use definable_errors::rbac::{Pattern, Permission};
///
/// const KB_READ: Permission = Permission::new("kb:read");
/// let covers = |pattern: &str| pattern.parse::<Pattern>().unwrap().covers(&KB_READ);
/// assert!(["kb:read", "kb:*", "*:read", "kb:r*", "k*:re*", "*:*", "*"].into_iter().all(covers));
/// assert!(!["kb:write", "kb:w*", "jobs:*", "k:read"].into_iter().any(covers));
/// assert!("kb".parse::<Pattern>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: Box<str>,
    shape: Shape,
}

/// Every required permission is compared with every grant, so most of the work is done when the
/// pattern is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    /// `*`, `*:*`.
    Everything,
    /// `kb:read`: the text is the name.
    Exact,
    /// `kb:*`, `kb:r*`: a name has one colon, so every name that starts with this text has the same
    /// one.
    Start,
    /// `*:read`, `k*:r*`: these are compared segment by segment.
    Segments { colon: usize },
}

impl Pattern {
    /// Returns whether a grant of this pattern covers the permission.
    pub fn covers(&self, permission: &Permission) -> bool {
        let (text, name) = (self.text.as_bytes(), permission.name().as_bytes());
        match self.shape {
            Shape::Everything => true,
            Shape::Exact => text[0] == name[0] && text == name,
            Shape::Start => text[0] == name[0] && name.starts_with(&text[..text.len() - 1]),
            Shape::Segments { colon } => {
                segment_covers(&self.text[colon + 1..], permission.action())
                    && segment_covers(&self.text[..colon], permission.resource())
            }
        }
    }

    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Shape {
    /// Creates a pattern from a valid text.
    fn of(text: &str, colon: usize) -> Self {
        let (resource, action) = (&text[..colon], &text[colon + 1..]);
        match (resource.ends_with('*'), action.ends_with('*')) {
            (true, true) if text == "*:*" => Self::Everything,
            (true, _) => Self::Segments { colon },
            (false, true) => Self::Start,
            (false, false) => Self::Exact,
        }
    }
}

fn segment_covers(pattern: &str, word: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => pattern == word,
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text == "*" {
            return Ok(Self { text: text.into(), shape: Shape::Everything });
        }
        let colon = text.find(':').ok_or_else(|| PatternError::new(text))?;
        if is_segment(&text[..colon]) && is_segment(&text[colon + 1..]) {
            Ok(Self { text: text.into(), shape: Shape::of(text, colon) })
        } else {
            Err(PatternError::new(text))
        }
    }
}

fn is_segment(segment: &str) -> bool {
    match segment.strip_suffix('*') {
        Some(start) => is_start_of_word(start.as_bytes()),
        None => is_word(segment.as_bytes()),
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The error for a text that is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatternError {
    text: Box<str>,
}

impl PatternError {
    fn new(text: &str) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a grant is resource:action, each may end in *, or * alone; not {:?}", self.text)
    }
}

impl std::error::Error for PatternError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(pattern: &str, permission: &'static str) -> bool {
        pattern.parse::<Pattern>().unwrap().covers(&Permission::new(permission))
    }

    // The original service used `kb:*`, `*:read`, `kb:r*`, and the `*:*` of its owners.
    #[test]
    fn every_pattern_of_the_original_service_covers_what_it_did() {
        let all = ["kb:read", "kb:remove", "kb:write", "jobs:read", "jobs:write"];
        let covered = |pattern| -> Vec<_> {
            all.into_iter().filter(|permission| covers(pattern, permission)).collect()
        };
        assert_eq!(covered("kb:read"), ["kb:read"]);
        assert_eq!(covered("kb:*"), ["kb:read", "kb:remove", "kb:write"]);
        assert_eq!(covered("*:read"), ["kb:read", "jobs:read"]);
        assert_eq!(covered("kb:r*"), ["kb:read", "kb:remove"]);
        assert_eq!(covered("*:*"), all);
        assert_eq!(covered("*"), all);
    }

    #[test]
    fn pattern_is_displayed_as_it_was_written() {
        for text in ["*", "*:*", "kb:read", "kb:r*", "k*:read"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_star_does_not_reach_across_the_colon() {
        assert!(!covers("k*:x", "kb:read"));
        assert!(!covers("kb*:read", "jobs:read"));
        assert!(covers("kb*:read", "kb:read") && covers("kb:read*", "kb:read"));
    }

    #[test]
    fn anything_else_is_refused_when_it_is_read() {
        for text in [
            "",
            ":",
            "kb",
            "kb*",
            "k*b:read",
            "*b:read",
            "kb:*d",
            "kb:**",
            "**",
            "**:read",
            "kb:",
            ":read",
            "kb:read:x",
            "kb:*:x",
            "*:*:*",
            "kb :read",
            " kb:read",
            "kb:read ",
            "kb:?",
            "kb:[rw]*",
            "kb:{read,write}",
            "!kb:read",
            "-kb:read",
            "kb/read",
            "kb:rëad*",
            "kb:\0",
            "kb:read,kb:write",
            "kb.*",
            "_*:read",
        ] {
            let error = text.parse::<Pattern>().unwrap_err();
            assert!(error.to_string().starts_with("a grant is resource:action"), "{text}");
        }
    }

    /// The obvious way to match: a segment is expanded letter by letter.
    fn naive(pattern: &str, name: &str) -> bool {
        fn segment(pattern: &[char], word: &[char]) -> bool {
            match (pattern, word) {
                (['*'], _) | ([], []) => true,
                ([one, pattern @ ..], [other, word @ ..]) => one == other && segment(pattern, word),
                _ => false,
            }
        }
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let pattern = if pattern == "*" { "*:*" } else { pattern };
        let (patterns, words) = (pattern.split(':'), name.split(':'));
        patterns.zip(words).all(|(pattern, word)| segment(&letters(pattern), &letters(word)))
    }

    proptest! {
        // Few letters are used, so that names and patterns often match.
        #[test]
        fn the_matcher_agrees_with_the_obvious_one(
            pattern in r"\*|[ab]{0,2}\*:[ab]{0,2}\*|[ab]{1,3}:[ab]{0,2}\*|[ab]{0,2}\*:[ab]{1,3}|[ab]{1,3}:[ab]{1,3}",
            name in "[ab]{1,3}:[ab]{1,3}",
        ) {
            let permission = Permission::new(name.clone().leak());
            prop_assert_eq!(
                pattern.parse::<Pattern>().unwrap().covers(&permission),
                naive(&pattern, &name)
            );
        }

        #[test]
        fn whatever_is_read_is_written_as_it_was(text in ".{0,12}") {
            if let Ok(pattern) = text.parse::<Pattern>() {
                prop_assert_eq!(pattern.to_string(), text);
            }
        }

        // A permission is also a pattern, which covers the permission itself and nothing else of
        // its length.
        #[test]
        fn a_permission_covers_itself(name in "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,9}:[a-z0-9][a-z0-9_.-]{0,9}") {
            let permission = Permission::new(name.clone().leak());
            prop_assert!(name.parse::<Pattern>().unwrap().covers(&permission));
        }
    }
}
