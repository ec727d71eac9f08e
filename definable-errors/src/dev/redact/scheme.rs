//! Credentials after the name of their scheme: `Bearer …`, `Basic …`.

use super::marker;

/// Schemes that are followed by credentials.
const SCHEMES: [&str; 9] =
    ["bearer", "basic", "digest", "negotiate", "ntlm", "apikey", "dpop", "sharedkey", "hawk"];
/// Words that follow a scheme in a sentence.
const WORDS: [&str; 21] = [
    "token",
    "tokens",
    "auth",
    "authentication",
    "authorization",
    "credentials",
    "credential",
    "scheme",
    "challenge",
    "realm",
    "error",
    "header",
    "is",
    "was",
    "or",
    "and",
    "of",
    "in",
    "access",
    "type",
    "redacted",
];

/// Masks `Bearer …`, `Basic …` and similar credentials, wherever they occur.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_after_scheme = false;
    for piece in
        text.split_inclusive(|end: char| end.is_whitespace() || "\"'`,;()[]{}".contains(end))
    {
        let word =
            piece.trim_end_matches(|end: char| end.is_whitespace() || "\"'`,;()[]{}".contains(end));
        let is_credential = is_after_scheme && !word.is_empty() && !is_sentence(word);
        out.push_str(if is_credential { marker(word) } else { word });
        out.push_str(&piece[word.len()..]);
        if !word.is_empty() {
            is_after_scheme = is_scheme(word) && piece.ends_with([' ', '\t']);
        }
    }
    out
}

pub(super) fn is_scheme(word: &str) -> bool {
    let name = word.rsplit(|other: char| !other.is_ascii_alphanumeric()).next().unwrap_or_default();
    SCHEMES.iter().any(|scheme| name.eq_ignore_ascii_case(scheme))
}

fn is_sentence(word: &str) -> bool {
    let name = word.split(['=', ':', '.']).next().unwrap_or_default();
    let is_rest_short = word.len() - name.len() <= 1;
    let is_parameter = matches!(name, "realm" | "error" | "scope");
    WORDS.contains(&name) && (is_rest_short || is_parameter)
}
