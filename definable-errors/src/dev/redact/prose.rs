//! Secrets that are mentioned in sentences: `invalid token abc123`, `--password hunter2`,
//! `the PIN is 1234`.

use super::{key, known, marker, vocabulary};

/// Nouns after which the next word is a secret.
const NOUNS: [&str; 20] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "pin",
    "otp",
    "jwt",
    "credential",
    "credentials",
    "cookie",
    "session",
    "bearer",
    "--user",
    "-u",
];
/// Words before `key` that make it one of these nouns.
const KEYS: [&str; 12] = [
    "api",
    "access",
    "secret",
    "private",
    "license",
    "signing",
    "encryption",
    "session",
    "account",
    "shared",
    "master",
    "auth",
];
/// Words between the noun and the secret.
const LINKS: [&str; 7] = ["is", "was", "value", "equals", "string", "->", "id"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Noun,
    /// A word such as `api`, which may be followed by `key`.
    Kind,
    Other,
}

pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after = After::Other;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        if word.is_empty() {
            out.push_str(piece);
            continue;
        }
        let core = word.trim_matches(is_mark);
        if after == After::Noun && !is_sentence(word, core) {
            let start = word.len() - word.trim_start_matches(is_mark).len();
            out.push_str(&word[..start]);
            out.push_str(marker(core));
            out.push_str(&piece[start + core.len()..]);
            after = After::Other;
            continue;
        }
        out.push_str(piece);
        after = next(after, word, core);
    }
    out
}

/// Whether a key of this kind is a secret: `api key`.
pub(super) fn is_kind_of_key(word: &str) -> bool {
    KEYS.iter().any(|kind| kind.eq_ignore_ascii_case(word))
}

fn next(after: After, word: &str, core: &str) -> After {
    let is_open = word.ends_with(|end: char| end.is_alphanumeric() || end == '>');
    let lower = core.to_ascii_lowercase();
    let is_named = core.contains(['_', '-']) && key::is_secret(core);
    if !is_open {
        After::Other
    } else if NOUNS.contains(&&*lower)
        || NOUNS.contains(&word)
        || is_named
        || after == After::Noun && LINKS.contains(&word)
        || after != After::Other && lower == "key"
    {
        After::Noun
    } else if is_kind_of_key(core) {
        After::Kind
    } else {
        After::Other
    }
}

fn is_sentence(word: &str, core: &str) -> bool {
    !core.contains(char::is_alphanumeric) || is_said_already(word, core) || vocabulary::has(core)
}

/// Whether the character surrounds a word and is not part of it.
fn is_mark(character: char) -> bool {
    "\"'`,.;:!?()[]{}<>".contains(character)
}

/// Whether the word needs no masking: pairs and markers were handled before, and code is not a
/// secret.
fn is_said_already(word: &str, core: &str) -> bool {
    let is_pair = core.trim_end_matches('=').contains('=');
    word.contains("redacted")
        || is_pair
        || word.contains("::")
        || is_class(word)
        || known::is_nothing(word)
}

/// Whether it is the length class of a marker, which contains a space: `8-16]`.
fn is_class(word: &str) -> bool {
    word.contains(']') && word.starts_with(|first: char| first.is_ascii_digit())
}
