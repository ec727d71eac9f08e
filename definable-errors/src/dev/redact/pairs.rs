use super::{key, marker, scheme};

/// `password=…`, `"token": "…"`, `secret: Some("…")`, `Cookie: …`: the key stays, the value goes.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_name(rest) {
        out.push_str(before);
        out.push_str(name);
        rest = after;
        let separator = separator(rest).or_else(|| printed(before, rest));
        let Some(separator) = separator.filter(|_| key::is_secret(name)) else {
            continue;
        };
        out.push_str(&rest[..separator]);
        rest = &rest[separator..];
        let (open, secret) = value(name, rest);
        out.push_str(&rest[..open]);
        out.push_str(if is_harmless(secret) { secret } else { marker(secret) });
        rest = &rest[open + secret.len()..];
    }
    out.push_str(rest);
    out
}

const fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// What stands before the next name, the name, and what follows.
fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_at(text.find(is_name)?);
    let (name, after) = rest.split_at(rest.find(|other| !is_name(other)).unwrap_or(rest.len()));
    Some((before, name, after))
}

/// The length of what stands between a key and its value: `=`, `": `, `)=(`, `%3D`. A path's `::`
/// and a comparison are none.
fn separator(text: &str) -> Option<usize> {
    let inner = text.trim_start_matches(|close: char| "\"'`)]\\".contains(close)).trim_start();
    let after = [":=", "=>", "=", ":", "%3D", "%3d", "%3A", "%3a"]
        .into_iter()
        .find_map(|sign| inner.strip_prefix(sign))?;
    let is_other = after.starts_with(['=', ':']);
    (!is_other).then(|| text.len() - after.trim_start_matches([' ', '\t']).len())
}

/// `Debug` prints a pair as `("password", "…")` and a type as `Password("…")`.
fn printed(before: &str, after: &str) -> Option<usize> {
    let is_pair = before.ends_with("(\"") && after.starts_with("\", ");
    let is_type = after.starts_with("(\"");
    is_pair.then_some(3).or(is_type.then_some(1))
}

/// Nothing that anybody could use.
fn is_harmless(secret: &str) -> bool {
    let secret = secret.trim_end_matches(|end: char| ",.;)]}".contains(end));
    matches!(secret, "" | "null" | "None" | "true" | "false" | "nil" | "undefined")
        || secret.starts_with("[redacted ") && secret.len() <= 20
}

/// Where the value begins, and the value.
fn value<'a>(name: &str, text: &'a str) -> (usize, &'a str) {
    let quote = text.trim_start_matches('\\');
    let slashes = text.len() - quote.len();
    if let Some(quote) = quote.chars().next().filter(|quote| "\"'`".contains(*quote)) {
        let open = slashes + 1;
        return (open, &text[open..open + quoted(&text[open..], quote, slashes)]);
    }
    if text.starts_with("[redacted ") {
        return (0, &text[..text.find(']').map_or(text.len(), |end| end + 1)]);
    }
    if key::is_whole_line(name) {
        return (0, text.lines().next().unwrap_or_default());
    }
    let constructor = text.find(|other: char| !other.is_alphanumeric() && !"_:".contains(other));
    match constructor.filter(|at| text[*at..].starts_with(['(', '[', '{'])) {
        Some(at) => (0, &text[..at + group(&text[at..])]),
        None => (0, &text[..bare(text)]),
    }
}

/// The length of a quoted text up to its end: a quote behind as many backslashes as the first.
fn quoted(text: &str, quote: char, slashes: usize) -> usize {
    let mut before = 0;
    for (at, character) in text.char_indices() {
        if character == quote && (before == slashes || before % 2 == 0 && slashes == 0) {
            return at - before.min(slashes);
        }
        before = if character == '\\' { before + 1 } else { 0 };
    }
    text.len()
}

/// The length of a group in brackets; what is never closed goes on to the end.
fn group(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut in_quotes = false;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => {}
            '"' => in_quotes = !in_quotes,
            '(' | '[' | '{' if !in_quotes => depth += 1,
            ')' | ']' | '}' if !in_quotes => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
        if depth == 0 {
            return at + character.len_utf8();
        }
    }
    text.len()
}

/// The length of a value without quotes. `Bearer` is followed by the secret itself.
fn bare(text: &str) -> usize {
    let end = text.find(|end: char| end.is_whitespace() || matches!(end, '&' | ';'));
    let end = end.unwrap_or(text.len());
    if scheme::is_scheme(&text[..end]) {
        let rest = text[end..].trim_start();
        return text.len() - rest.len() + bare(rest);
    }
    text[..end].find(",\"").unwrap_or(end)
}
