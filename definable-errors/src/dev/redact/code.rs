//! Redaction of lines of source code.

use super::{key, marker, pairs, shapes};

/// Redacts a line of source code. Names are not secrets; if one is the name of a secret, the texts
/// of the line are masked.
pub(in crate::dev) fn code(line: &str) -> String {
    let mut names = line.split(|other: char| !other.is_alphanumeric() && !"_-".contains(other));
    if !names.any(key::is_secret) {
        return shapes(line);
    }
    if line.contains('"') {
        return shapes(&without_texts(line));
    }
    // Code is not written as `key=value`, so that is the middle of a text.
    let is_text = line.contains('=') && !line.contains(" =");
    if is_text { shapes(&pairs::redact(line)) } else { shapes(line) }
}

fn without_texts(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        out.push('"');
        rest = after;
        if is_character(before, after) {
            continue;
        }
        let secret = &after[..end_of_text(before, after)];
        let is_name = secret.is_empty() || is_name(secret);
        out.push_str(if is_name { secret } else { marker(secret) });
        rest = &after[secret.len()..];
        if let Some(closed) = rest.strip_prefix('"') {
            out.push('"');
            rest = closed;
        }
    }
    out.push_str(rest);
    out
}

/// Whether a text is the name of a secret, which is not secret: `"password"`, but not
/// `"password=hunter2"`.
fn is_name(text: &str) -> bool {
    let is_part = |part: char| part.is_ascii_alphabetic() || matches!(part, '_' | '-' | '.');
    text.len() <= 32 && text.chars().all(is_part) && key::is_secret(text)
}

/// Whether the quote is a character literal.
fn is_character(before: &str, after: &str) -> bool {
    after.starts_with('\'') && (before.ends_with('\'') || before.ends_with("'\\"))
}

fn end_of_text(before: &str, text: &str) -> usize {
    // A raw text may contain quotes.
    if before.ends_with('#') {
        return text.len();
    }
    let mut is_escaped = false;
    let end = text.char_indices().find(|(_, character)| {
        let is_end = *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |(at, _)| at)
}
