//! The user and the password of URLs, and of addresses without a scheme.

use super::marker;
use crate::layer::url_at_start;

/// Masks the user and the password of a URL: `postgres://user:password@host`.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        rest = match user_info(before, after) {
            "" => after,
            secret => {
                out.push_str(marker(secret));
                &after[secret.len()..]
            }
        };
    }
    out.push_str(rest);
    out
}

/// Returns the text before the last `@`: a password may contain a `/` or an `@` that is not
/// encoded. In the path of a web page an `@` is an ordinary character.
fn user_info<'a>(scheme: &str, after: &'a str) -> &'a str {
    let url = url_at_start(after);
    let authority = &url[..url.find(['/', '?', '#']).unwrap_or(url.len())];
    let scheme = scheme.to_ascii_lowercase();
    let is_web = ["http", "https", "ws", "wss"].iter().any(|web| scheme.ends_with(web));
    if is_web && !authority.contains('@') && !has_password(authority) {
        ""
    } else {
        url.rfind('@').map_or("", |at| &url[..at])
    }
}

/// Whether there is a password: what follows a host is a number.
fn has_password(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| port.bytes().any(|byte| !byte.is_ascii_digit()))
}

/// Masks `user:password` of an address without a scheme: `user:password@host:5432`.
pub(super) fn redact_bare(text: &str) -> String {
    let is_border = |end: char| end.is_whitespace() || "\"'`<>,".contains(end);
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_border) {
        let word = piece.trim_start_matches(['(', '[', '{']);
        let secret = match word.rsplit_once('@') {
            Some((user, host)) if user.contains(':') && !word.contains("://") && is_host(host) => {
                user
            }
            _ => "",
        };
        if secret.is_empty() {
            out.push_str(piece);
            continue;
        }
        out.push_str(&piece[..piece.len() - word.len()]);
        out.push_str(marker(secret));
        out.push_str(&word[secret.len()..]);
    }
    out
}

fn is_host(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
}
