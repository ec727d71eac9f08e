use std::fmt;
use std::sync::Arc;

/// Who asks: what the caller proved to be.
///
/// Set by the extractors of authentication, read by reporters, limits and development. Its text is
/// harmless in a log line.
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

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectKind {
    /// Somebody with a token.
    User,
    /// A program with an API key.
    ApiKey,
    /// Another service of the same house.
    Service,
}

impl Subject {
    /// Longer ids are cut.
    pub const MAX_ID: usize = 256;

    /// Somebody with a token.
    pub fn user(id: &str) -> Self {
        Self::new(SubjectKind::User, id)
    }

    /// A program with an API key; the id is the key's name, never the key.
    pub fn api_key(id: &str) -> Self {
        Self::new(SubjectKind::ApiKey, id)
    }

    /// Another service of the same house.
    pub fn service(id: &str) -> Self {
        Self::new(SubjectKind::Service, id)
    }

    /// A subject; a control character in its id becomes `?`.
    pub fn new(kind: SubjectKind, id: &str) -> Self {
        let end = (0..=Self::MAX_ID.min(id.len())).rev().find(|end| id.is_char_boundary(*end));
        let id = &id[..end.unwrap_or_default()];
        let id = match id.chars().any(char::is_control) {
            true => id.replace(char::is_control, "?").into(),
            false => id.into(),
        };
        Self { kind, id }
    }

    /// What kind of caller it is.
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// The id that the caller has in its kind.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl SubjectKind {
    /// The word before the id.
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
