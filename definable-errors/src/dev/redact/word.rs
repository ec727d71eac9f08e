//! Secrets that are recognized by their shape.

use super::marker;

/// Prefixes of the keys of well-known services.
const PREFIXES: [&str; 36] = [
    "AKIA",
    "ASIA",
    "AROA",
    "AIDA",
    "AIza",
    "ya29.",
    "EAAC",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "pk_live_",
    "whsec_",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xapp-",
    "hvs.",
    "dop_v1_",
    "npm_",
    "pypi-",
    "SG.",
    "shpat_",
    "dckr_pat_",
    "hf_",
    "lin_api_",
    "sq0atp-",
];

/// Masks words that were not written by hand: JSON web tokens, keys of services, long hex and
/// base64.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|other| !is_part(other)).unwrap_or(word.len()));
        out.push_str(before);
        redact_word(word, &mut out);
        rest = after;
    }
    out.push_str(rest);
    out
}

const fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '.' | '_' | '-' | '+' | '/' | '=' | '~')
}

fn redact_word(word: &str, out: &mut String) {
    let (word, web_token) = word.split_at(start_of_web_token(word).unwrap_or(word.len()));
    let has_uuid = word.split(ENDS).any(is_uuid);
    if !has_uuid && (is_key(word) || is_random(word)) {
        out.push_str(marker(word));
    } else {
        word.split_inclusive(ENDS).for_each(|piece| redact_piece(piece, out));
    }
    if !web_token.is_empty() {
        out.push_str(marker(web_token));
    }
}

const ENDS: [char; 4] = ['/', '.', '=', '~'];

fn redact_piece(piece: &str, out: &mut String) {
    let core = piece.trim_end_matches(ENDS);
    let is_secret = is_key(core) || is_random(core) || is_hex(core);
    out.push_str(if is_secret { marker(core) } else { core });
    out.push_str(&piece[core.len()..]);
}

/// Returns the start of a JSON web token, which begins with `{"` in base64.
fn start_of_web_token(word: &str) -> Option<usize> {
    let at = word.find("eyJ").filter(|at| word.len() - at >= 16)?;
    (!word[..at].ends_with(|before: char| before.is_ascii_alphanumeric())).then_some(at)
}

fn is_key(word: &str) -> bool {
    let after = PREFIXES.iter().filter_map(|prefix| Some((prefix, word.strip_prefix(prefix)?)));
    if word.split_once("_live_").is_some_and(|(_, rest)| rest.len() >= 8) {
        return true;
    }
    // A long prefix is no coincidence; a short one may be.
    after.into_iter().any(|(prefix, rest)| word.len() >= 16 || prefix.len() >= 4 && rest.len() >= 8)
}

/// Whether a word is hexadecimal. A UUID has hyphens and stays readable; so does a number.
fn is_hex(word: &str) -> bool {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    digits.len() >= 32
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether letters of both cases and digits alternate so often that it cannot be a name.
fn is_random(word: &str) -> bool {
    let parts = || word.split(['_', '-', '/', '+', '.', '=', '~']);
    let longest = parts().map(str::len).max().unwrap_or_default();
    if word.len() < 20 || longest < 12 || word.contains('.') || is_uuid(word) {
        return false;
    }
    let length: usize = parts().map(str::len).sum();
    let runs: usize = parts().map(runs).sum();
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    let (lower, upper, digit) =
        (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase), has(u8::is_ascii_digit));
    // A path has more letters per run than base64 with its slashes.
    let is_dense = |per_run: usize| length <= runs * per_run / 10;
    match (lower, upper, digit) {
        (true, true, true) => is_dense(36),
        (true, true, false) => is_dense(26),
        (true, false, true) | (false, true, true) => is_dense(30) && !word.contains('/'),
        _ => false,
    }
}

/// Counts the words of a name: `HashMap2` has three, `HTTPServer` one.
fn runs(part: &str) -> usize {
    let mut runs = 0;
    let mut last = b'_';
    for byte in part.bytes() {
        let goes_on = match byte {
            b'0'..=b'9' => last.is_ascii_digit(),
            b'A'..=b'Z' => last.is_ascii_uppercase(),
            _ => last.is_ascii_alphabetic(),
        };
        runs += usize::from(!goes_on);
        last = byte;
    }
    runs
}

fn is_uuid(word: &str) -> bool {
    let hyphens: Vec<_> = word.match_indices('-').map(|(at, _)| at).collect();
    word.len() == 36
        && hyphens == [8, 13, 18, 23]
        && word.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
