//! The caller that authentication found, in a form that is harmless in a log line.

use std::fmt;
use std::sync::Arc;

/// The authenticated caller.
///
/// It is set by the extractors of authentication and read by reporters, limits and development
/// mode. Its text is harmless in a log line.
///
/// ```
/// use definable_errors::context::{Subject, SubjectKind};
///
/// let subject = Subject::user("42");
/// assert_eq!((subject.kind(), subject.id()), (SubjectKind::User, "42"));
/// assert_eq!(subject.to_string(), "user:42");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    kind: SubjectKind,
    id: Arc<str>,
}

/// The kind of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectKind {
    /// A user with a token.
    User,
    /// A program with an API key.
    ApiKey,
    /// Another service of the same organization.
    Service,
}

impl Subject {
    /// The maximum length of an id; longer ones are cut.
    pub const MAX_ID: usize = 256;

    /// Creates the subject of a user with a token.
    pub fn user(id: &str) -> Self {
        Self::new(SubjectKind::User, id)
    }

    /// Creates the subject of a program with an API key; `id` is the key's name, never the key.
    pub fn api_key(id: &str) -> Self {
        Self::new(SubjectKind::ApiKey, id)
    }

    /// Creates the subject of another service of the same organization.
    pub fn service(id: &str) -> Self {
        Self::new(SubjectKind::Service, id)
    }

    /// Creates a subject. A control character in `id` becomes `?`.
    pub fn new(kind: SubjectKind, id: &str) -> Self {
        let end = (0..=Self::MAX_ID.min(id.len())).rev().find(|end| id.is_char_boundary(*end));
        let id = &id[..end.unwrap_or_default()];
        let id = if id.chars().any(char::is_control) {
            id.replace(char::is_control, "?").into()
        } else {
            id.into()
        };
        Self { kind, id }
    }

    /// Returns the kind of the caller.
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// Returns the id of the caller, unique within its kind.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl SubjectKind {
    /// Returns the word that precedes the id.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_forge_a_log_line() {
        assert_eq!(Subject::user("a\r\nb\u{85}").id(), "a??b?");
        assert_eq!(Subject::user(&"ä".repeat(200)).id(), "ä".repeat(128));
    }
}
