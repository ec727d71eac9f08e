//! Grants cover exactly what their documentation says.

use definable_errors::rbac::{Grants, Pattern, Permission};

const PERMISSIONS: [Permission; 10] = [
    Permission::new("kb:read"),
    Permission::new("kb:write"),
    Permission::new("kb:readme"),
    Permission::new("k:r"),
    Permission::new("kb.v2:read"),
    Permission::new("kb-2:read_all"),
    Permission::new("jobs:read"),
    Permission::new("0:0"),
    Permission::new("A:b"),
    Permission::new("members_of:set.role"),
];

/// Asserts that exactly the texts that the documentation allows are grants, and that each covers what
/// a comparison character by character says.
pub fn grant(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = text.parse::<Pattern>();
    assert_eq!(parsed.is_ok(), is_pattern(text), "{text:?}");
    let Ok(pattern) = parsed else { return };
    assert_eq!(pattern.as_str(), text);
    let grants = Grants::parse([text]).expect("it is a pattern");
    for permission in &PERMISSIONS {
        let is_covered = covers(text.as_bytes(), permission.name().as_bytes());
        assert_eq!(pattern.covers(permission), is_covered, "{text:?} and {permission}");
        assert_eq!(grants.covering(permission).is_some(), is_covered, "{text:?} and {permission}");
    }
}

/// Whether the text is `*`, or two words of which each may end in `*`.
fn is_pattern(text: &str) -> bool {
    let is_word = |segment: &str| {
        let word = segment.strip_suffix('*');
        let start = word.unwrap_or(segment);
        let is_allowed =
            |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
        let starts_well = start.starts_with(|first: char| first.is_ascii_alphanumeric());
        start.len() <= 64
            && start.chars().all(is_allowed)
            && (starts_well || start.is_empty() && word.is_some())
    };
    let mut segments = text.split(':');
    match (segments.next(), segments.next(), segments.next()) {
        (Some("*"), None, None) => true,
        (Some(resource), Some(action), None) => is_word(resource) && is_word(action),
        _ => false,
    }
}

/// Compares from the front; a `*` skips to the colon or to the end.
fn covers(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        (b"*", _) | (b"", b"") => true,
        ([b'*', rest @ ..], name) => {
            let colon = name.iter().position(|byte| *byte == b':').unwrap_or(name.len());
            covers(rest, &name[colon..])
        }
        ([wanted, pattern @ ..], [found, name @ ..]) => wanted == found && covers(pattern, name),
        _ => false,
    }
}
