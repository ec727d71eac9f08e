//! Secrets that are mentioned in sentences: `invalid token abc123`, `--password hunter2`,
//! `the PIN is 1234`.

use super::{key, known, marker};

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
    !core.contains(char::is_alphanumeric) || is_said_already(word, core) || is_common_word(core)
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

const WORDS: &str = "
    a an the is are was were be been being has have had having do does did not no nor and or but if in
    on at of for from to by with without as than then that this these those it its which who whose
    when while where because since until after before during via per over under into onto out off up
    down so such any all both each some other another same new old own only already still yet again
    also never always now later here there too very more most less least
    missing expired expires invalid required empty blank absent present found given provided set unset
    supplied sent received expected unexpected malformed wrong incorrect correct bad good valid
    verified rejected refused accepted revoked denied fail failed fails failure error errors mismatch
    mismatched matches match matched changed change reset short long weak strong large small must may
    might can cannot could should would will need needs exceeded exceeds supported unsupported known
    unknown unavailable available disabled enabled active inactive allowed forbidden ok okay
    exist exists existing characters character chars digits letters bits minutes seconds hours days
    authentication authorization auth authenticated authorized verification validation validator
    validators parser parse parsing parsed stream type types endpoint endpoints field fields header
    headers parameter parameters value values name names named hash hashes hashing hashed policy
    policies length format encoding encoded signature signing issuer audience subject claim claims
    scope scopes bucket buckets limit limits limited count counts rotation refresh store storage
    manager provider service server client clients user users file files path key keys id ids data
    string strings number numbers bytes byte line column table row index constraint violates relation
    database pool connection connections closed open opened timed timeout timeouts request requests
    response rate cache cached handler middleware layer config configuration setting settings
    environment variable variables mode used unused use using reused reuse stolen leaked issued
    created deleted stored encrypted decrypted decoded read write written loaded ended lost broken
    credentials credential token tokens password passwords secret secrets session sessions cookie
    cookies challenge realm scheme access login logout account accounts payload object exchange
    exception problem family generation source end start begin
";

/// The beginnings of statements about a secret: "password: too short".
const STATEMENTS: &str = "
    is was are must may can cannot not no none too missing expired expires invalid required empty blank
    absent unset incorrect wrong malformed mismatch mismatched unknown unsupported rejected denied
    failed expected unexpected
";

/// Whether a word is an ordinary one in a sentence about secrets.
pub(super) fn is_common_word(word: &str) -> bool {
    WORDS.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a statement about a secret begins with this word.
pub(super) fn is_statement(word: &str) -> bool {
    STATEMENTS.split_ascii_whitespace().any(|known| known == word)
}
