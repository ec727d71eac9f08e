//! Redaction of possible secrets in texts. It is the only redactor of this module: whatever
//! development mode sends passes through it.
//!
//! Each redacted value leaves a marker with its length class, such as `[redacted 8-16]`. Of pairs,
//! queries, forms, header dumps and environments only what is known to be harmless is shown
//! (`known`); in sentences, what has the name or the shape of a secret is masked. Names, UUIDs,
//! words, paths and numbers stay readable. In doubt a text is masked.

mod code;
mod field;
mod header;
mod key;
mod known;
mod pairs;
mod pem;
mod prose;
mod scheme;
mod url;
mod word;

pub(super) use self::code::code;
pub(super) use self::field::{header, json, member, pair};

/// Longer texts are cut, because the end of a megabyte does not help a developer.
const MAX_READ: usize = 16 * 1024;
const MAX_TEXT: usize = 8 * 1024;

/// Redacts the text of an error.
pub(super) fn text(text: &str) -> String {
    let (read, is_cut) = beginning(text, MAX_READ);
    // A secret that was cut in two may look harmless, so the last word is dropped.
    let read = if is_cut {
        read.rsplit_once(char::is_whitespace).map_or("", |(before, _)| before)
    } else {
        read
    };
    // Addresses and sentences come first, because any part of a secret may look like a pair.
    let sentences = prose::redact(&url::redact_bare(&url::redact(&pem::redact(read))));
    let redacted = shapes(&pairs::redact(&header::redact(&sentences)));
    let (shown, is_cut_again) = beginning(&redacted, MAX_TEXT);
    if is_cut || is_cut_again { format!("{shown}…") } else { redacted }
}

/// Redacts secrets that are recognized by their shape alone.
fn shapes(text: &str) -> String {
    let steps = [pem::redact, url::redact, scheme::redact, word::redact];
    steps.into_iter().fold(text.to_owned(), |text, step| step(&text))
}

fn beginning(text: &str, max: usize) -> (&str, bool) {
    if text.len() <= max {
        return (text, false);
    }
    let end = (0..=max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (&text[..end], true)
}

/// Returns the marker that replaces a secret.
fn marker(secret: &str) -> &'static str {
    match secret.chars().count() {
        0..8 => "[redacted 1-8]",
        8..16 => "[redacted 8-16]",
        16..32 => "[redacted 16-32]",
        32..64 => "[redacted 32-64]",
        64..128 => "[redacted 64-128]",
        _ => "[redacted 128+]",
    }
}

#[cfg(test)]
mod tests;
