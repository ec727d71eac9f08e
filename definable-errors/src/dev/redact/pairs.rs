//! Names with values: `password=…`, `"token": "…"`, `secret: Some("…")`, `?code=…&state=…`.
//!
//! If a pair is written without spaces, as in a query, a form, a log line or an environment, only
//! what is known to be harmless is shown. A colon also occurs in sentences: after one, what has the
//! name of a secret is masked.

use std::ops::Range;

use super::{key, known, marker, prose, scheme};

/// Masks values; names are kept.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_name(rest) {
        out.push_str(before);
        out.push_str(name);
        rest = after;
        let Some(separator) = separator(rest).or_else(|| printed(before, name, rest)) else {
            continue;
        };
        let (sign, value) = rest.split_at(separator);
        let rule = if is_second_word(&out, name) { Rule::Mask } else { Rule::of(name, sign) };
        if rule == Rule::Show {
            continue;
        }
        out.push_str(sign);
        let place = place(name, value, sign, before.ends_with(';'), rule);
        let secret = &value[place.clone()];
        out.push_str(&value[..place.start]);
        out.push_str(if rule.shows(secret, sign) { secret } else { marker(secret) });
        rest = &value[place.end..];
    }
    out.push_str(rest);
    out
}

/// The treatment of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// The name is harmless, or it is unknown and part of a sentence.
    Show,
    Mask,
    /// The name may be that of a secret: short error codes are shown.
    MaskUnlessCode,
    /// The name is unknown: values that are harmless by their nature are shown.
    MaskUnlessHarmless,
}

impl Rule {
    fn of(name: &str, sign: &str) -> Self {
        let is_tight = is_tight(sign);
        if key::is_secret_in_text(name) || is_custom_field(name) && !known::is_header(name) {
            Self::Mask
        } else if key::is_ambiguous(name) {
            Self::MaskUnlessCode
        } else if is_tight && !known::is_pair(name) {
            Self::MaskUnlessHarmless
        } else {
            Self::Show
        }
    }

    fn shows(self, value: &str, sign: &str) -> bool {
        match self {
            Self::Show => true,
            // For example `password: too short`.
            Self::Mask => {
                let is_sentence = sign.ends_with(' ') && sign.trim_end().ends_with(':');
                known::is_nothing(value) || is_sentence && prose::is_statement(trimmed(value))
            }
            // For example `code: NotFound`.
            Self::MaskUnlessCode => {
                known::is_code(value) || !is_tight(sign) && is_word(trimmed(value))
            }
            Self::MaskUnlessHarmless => known::is_value(value),
        }
    }
}

/// Whether the name at the end of a text is the second word of a secret's name: `api key`,
/// `session id`.
fn is_second_word(text: &str, name: &str) -> bool {
    let before = text[..text.len() - name.len()].trim_end_matches([' ', '-']);
    let first = before.rsplit(|other: char| !other.is_alphanumeric()).next().unwrap_or_default();
    match &*name.to_ascii_lowercase() {
        "key" => prose::is_kind_of_key(first),
        "id" => first.eq_ignore_ascii_case("session"),
        _ => false,
    }
}

/// Whether a name is like `X-Session`.
fn is_custom_field(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"))
}

fn trimmed(value: &str) -> &str {
    value.trim_matches(|end: char| ",.;()[]{}".contains(end))
}

/// Whether a value is like `not_found` or `NotFound`: letters alone.
fn is_word(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphabetic() || b"_-. ".contains(&byte);
    value.len() <= 40 && value.bytes().all(is_part)
}

/// Whether it is an equals sign without spaces: `a=b`, `"a"="b"`, `(a)=(b)`, `a%3Db`. With spaces
/// it occurs in code and SQL.
fn is_tight(sign: &str) -> bool {
    let sign = sign.trim_start_matches(CLOSING);
    matches!(sign, "=" | "%3D" | "%3d")
}

const CLOSING: [char; 6] = ['"', '\'', '`', ')', ']', '\\'];

const fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// Splits a text into what precedes the next name, the name, and what follows.
fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_at(text.find(is_name)?);
    let (name, after) = rest.split_at(rest.find(|other| !is_name(other)).unwrap_or(rest.len()));
    Some((before, name, after))
}

/// Returns the length of the text between a key and its value: `=`, `": `, `)=(`, `%3D`. A path's
/// `::` and a comparison are not separators.
fn separator(text: &str) -> Option<usize> {
    let inner = text.trim_start_matches(CLOSING).trim_start();
    let after = [":=", "=>", "->", "=", ":", "%3D", "%3d", "%3A", "%3a"]
        .into_iter()
        .find_map(|sign| inner.strip_prefix(sign))?;
    let is_other = after.starts_with(['=', ':']);
    (!is_other).then(|| text.len() - after.trim_start_matches([' ', '\t']).len())
}

/// Finds printed pairs: `Debug` prints a pair as `("password", "…")` and a type as `Password("…")`;
/// XML has tags.
fn printed(before: &str, name: &str, after: &str) -> Option<usize> {
    let is_pair = before.ends_with("(\"") && after.starts_with("\", ");
    let is_type = after.starts_with("(\"");
    let is_tag =
        before.ends_with('<') && after.starts_with('>') && after.contains(&format!("</{name}>"));
    is_pair.then_some(3).or((is_type || is_tag).then_some(1))
}

/// Returns the range of the value.
fn place(name: &str, text: &str, sign: &str, is_listed: bool, rule: Rule) -> Range<usize> {
    let quote = text.trim_start_matches('\\');
    let slashes = text.len() - quote.len();
    if let Some(quote) = quote.chars().next().filter(|quote| "\"'`".contains(*quote)) {
        let open = slashes + 1;
        return open..open + quoted(&text[open..], quote, slashes);
    }
    // These are the prefixes of literals such as `b"…"` in Rust and Python.
    let letters =
        text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).len();
    if let Some(quote @ ('"' | '\'')) = text[letters..].chars().next().filter(|_| letters <= 2) {
        let open = letters + 1;
        return open..open + quoted(&text[open..], quote, 0);
    }
    if text.starts_with("[redacted ") {
        return 0..text.find(']').map_or(text.len(), |end| end + 1);
    }
    if sign.ends_with('>') && !sign.ends_with("=>") && !sign.ends_with("->") {
        return 0..text.find('<').unwrap_or(text.len());
    }
    if key::is_whole_line(name) {
        return 0..text.lines().next().unwrap_or_default().len();
    }
    let constructor = text.find(|other: char| !other.is_alphanumeric() && !"_:".contains(other));
    if let Some(at) = constructor.filter(|at| text[*at..].starts_with(['(', '[', '{'])) {
        return 0..at + group(&text[at..]);
    }
    let end = bare(text);
    if let Some(list) = list_end(text, is_listed).filter(|list| *list > end) {
        return 0..list;
    }
    let is_phrase = rule == Rule::Mask && name.to_ascii_lowercase().contains("pass");
    0..if is_phrase { phrase_end(text, end) } else { end }
}

/// Returns the end of a value in a list such as `Server=h;Password=a b;Port=5432`, where values
/// contain spaces.
fn list_end(text: &str, is_listed: bool) -> Option<usize> {
    let end = text.find([';', '\n', '"', '\'', '`']).unwrap_or(text.len());
    let after = text[end..].strip_prefix(';').unwrap_or_default();
    let name = after.find(|other| !is_name(other) && other != ' ').unwrap_or(after.len());
    let goes_on = name > 0 && after[name..].starts_with('=');
    (goes_on || is_listed).then_some(end)
}

/// Returns the end of a passphrase of several words: a word of an ordinary sentence ends it.
fn phrase_end(text: &str, end: usize) -> usize {
    let mut end = end;
    while let Some(rest) = text[end..].strip_prefix(' ') {
        let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
        let is_over = text[..end].ends_with([',', ';', '.', ')', ']', '}']);
        if is_over
            || word.is_empty()
            || word.contains(['=', ':', '['])
            || prose::is_common_word(word)
        {
            break;
        }
        end += 1 + word.len();
    }
    end
}

/// Returns the length of a quoted text up to its end: a quote after as many backslashes as the
/// first.
pub(super) fn quoted(text: &str, quote: char, slashes: usize) -> usize {
    let mut before = 0;
    for (at, character) in text.char_indices() {
        if character == quote && (before == slashes || before % 2 == 0 && slashes == 0) {
            return at - before.min(slashes);
        }
        before = if character == '\\' { before + 1 } else { 0 };
    }
    text.len()
}

/// Returns the length of a group in brackets; one that is never closed extends to the end.
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

/// Returns the length of a value without quotes. `Bearer` is followed by the secret itself.
fn bare(text: &str) -> usize {
    let end = text.find(|end: char| end.is_whitespace() || matches!(end, '&' | ';'));
    let end = end.unwrap_or(text.len());
    if scheme::is_scheme(&text[..end]) {
        let rest = text[end..].trim_start();
        return text.len() - rest.len() + bare(rest);
    }
    text[..end].find(",\"").unwrap_or(end)
}
