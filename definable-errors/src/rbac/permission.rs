//! Permissions, such as `kb:read`.

use std::fmt;

/// A permission to do one thing: `resource:action`, such as `kb:read`.
///
/// A request always needs exact permissions; a `*` is allowed only in grants, which are
/// [`Pattern`](super::Pattern)s. In a constant, an invalid name does not compile:
///
/// ```
/// use definable_errors::rbac::Permission;
///
/// const KB_READ: Permission = Permission::new("kb:read");
/// assert_eq!((KB_READ.resource(), KB_READ.action()), ("kb", "read"));
/// ```
///
/// ```compile_fail
/// # use definable_errors::rbac::Permission;
/// const ANYTHING: Permission = Permission::new("kb:*");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    name: &'static str,
    colon: usize,
}

impl Permission {
    /// Creates the permission with this name.
    ///
    /// # Panics
    ///
    /// Panics unless `name` is two words with a colon between them: ASCII letters, digits, `_`, `-`
    /// and `.`, at most 64 each, the first of them a letter or digit.
    pub const fn new(name: &'static str) -> Self {
        let colon = colon(name.as_bytes());
        assert!(colon.is_some(), "a permission is resource:action, such as kb:read, without *");
        match colon {
            Some(colon) => Self { name, colon },
            None => unreachable!(),
        }
    }

    /// Returns the whole name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the resource, the part before the colon.
    pub fn resource(&self) -> &'static str {
        &self.name[..self.colon]
    }

    /// Returns the action, the part after the colon.
    pub fn action(&self) -> &'static str {
        &self.name[self.colon + 1..]
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Returns the position of the colon in a valid name, or `None` if the name is invalid.
const fn colon(name: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < name.len() {
        if name[at] == b':' {
            let (resource, action) = name.split_at(at);
            let (_, action) = action.split_at(1);
            return if is_word(resource) && is_word(action) { Some(at) } else { None };
        }
        at += 1;
    }
    None
}

/// Returns whether `word` is a valid segment of a permission.
pub(super) const fn is_word(word: &[u8]) -> bool {
    !word.is_empty() && word[0].is_ascii_alphanumeric() && is_start_of_word(word)
}

/// Returns whether a segment of a permission can start with `start`, which may be empty.
pub(super) const fn is_start_of_word(start: &[u8]) -> bool {
    let mut at = 0;
    while at < start.len() {
        if !start[at].is_ascii_alphanumeric() && !matches!(start[at], b'_' | b'-' | b'.') {
            return false;
        }
        at += 1;
    }
    start.len() <= 64 && (start.is_empty() || start[0].is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_two_words_with_a_colon_between() {
        let is_legal = |name: &str| colon(name.as_bytes()).is_some();
        assert!(["kb:read", "a:b", "kb-2.x:re_ad", "KB:Read", "1:2"].into_iter().all(is_legal));
        for name in [
            "",
            ":",
            "kb",
            "kb:",
            ":read",
            "kb:read:all",
            "kb::read",
            "kb :read",
            "kb:*",
            "*",
            "*:*",
            "kb:r*",
            "kb:re ad",
            "kb/read",
            "kb:rëad",
            "_kb:read",
            "kb:-read",
            "!kb:read",
        ] {
            assert!(!is_legal(name), "{name}");
        }
        assert!(!is_legal(&format!("kb:{}", "a".repeat(65))));
    }
}
