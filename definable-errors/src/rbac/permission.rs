use std::fmt;

/// Leave to do one thing: `resource:action`, such as `kb:read`.
///
/// What a request needs is always one exact permission; a `*` stands in grants only, which are
/// [`Pattern`](super::Pattern)s. In a constant, a wrong name does not compile:
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
    /// The permission of this name.
    ///
    /// # Panics
    ///
    /// If it is not two words with a colon between: ASCII letters, digits, `_`, `-` and `.`, 64 at
    /// most, the first of them a letter or digit.
    pub const fn new(name: &'static str) -> Self {
        let colon = colon(name.as_bytes());
        assert!(colon.is_some(), "a permission is resource:action, such as kb:read, without *");
        match colon {
            Some(colon) => Self { name, colon },
            None => unreachable!(),
        }
    }

    /// The whole name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is about.
    pub fn resource(&self) -> &'static str {
        &self.name[..self.colon]
    }

    /// What may be done with it.
    pub fn action(&self) -> &'static str {
        &self.name[self.colon + 1..]
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Where the colon of a legal name is.
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

/// Whether a segment of a permission can be this.
pub(super) const fn is_word(word: &[u8]) -> bool {
    !word.is_empty() && word[0].is_ascii_alphanumeric() && is_start_of_word(word)
}

/// Whether a segment of a permission can start with this; nothing is a start, too.
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
