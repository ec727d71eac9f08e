use std::collections::HashSet;

use super::status;
use crate::mistakes::Mistakes;
use crate::model::{Declared, DeclaredVariant, Shape};

pub(super) fn prefix(declared: &Declared, mistakes: &mut Mistakes) {
    if let Some(prefix) = &declared.prefix {
        if !is_code(&prefix.value) {
            let message = "expected a prefix in snake_case, such as `order`";
            mistakes.at(prefix.span, message);
        }
    }
}

/// Returns the code, and notes a mistake if it is not legal.
pub(super) fn check(
    declared: &Declared,
    variant: &DeclaredVariant,
    mistakes: &mut Mistakes,
) -> String {
    let code = code(declared, variant);
    let prefix = declared.prefix.as_ref();
    let is_judged = prefix.is_some_and(|prefix| !is_code(&prefix.value));
    match &variant.settings.code {
        Some(written) if !is_code(&code) => mistakes.at(
            written.span,
            "expected a code in snake_case, such as `order_not_found`, 64 bytes at most",
        ),
        None if is_internal(variant) => {}
        None if !is_code(&code) && !is_judged => mistakes.at(
            variant.name.span(),
            format!(
                "the name does not convert to a code in snake_case (`{code}`); add `code = \"…\"`"
            ),
        ),
        _ => {}
    }
    code
}

/// Whether clients get the built-in type of the status: a 5xx without a code of its own. Its own
/// code would reveal to them which part of the service failed.
pub(super) fn is_internal(variant: &DeclaredVariant) -> bool {
    let settings = &variant.settings;
    settings.code.is_none() && status::number(settings).is_some_and(|status| status >= 500)
}

/// Rejects attributes that only matter to clients on a type that clients cannot distinguish from
/// the built-in one.
pub(super) fn internal(variant: &DeclaredVariant, mistakes: &mut Mistakes) {
    let settings = &variant.settings;
    let texts = [("title", settings.title.as_ref().map(|title| title.span))].into_iter();
    let texts = texts.chain([("detail", settings.detail.as_ref().map(|detail| detail.span))]);
    let members = variant.fields.iter();
    let members = members.map(|field| ("member", field.public.as_ref().map(|name| name.span)));
    for (name, span) in texts.chain(members) {
        let Some(span) = span else {
            continue;
        };
        let message = format!(
            "`{name}` has no effect on a 5xx without a code, which clients see as the built-in type \
             of its status; add `code = \"…\"` to make this error's type public"
        );
        mistakes.at(span, message);
    }
}

/// Rejects two variants with the same code, because clients could not distinguish them.
pub(super) fn duplicates(declared: &Declared, mistakes: &mut Mistakes) {
    let mut known = HashSet::new();
    let speaking =
        declared.variants.iter().filter(|variant| variant.settings.transparent.is_none());
    for variant in speaking.filter(|variant| !is_internal(variant)) {
        let code = code(declared, variant);
        let written = variant.settings.code.as_ref();
        let span = written.map_or(variant.name.span(), |code| code.span);
        let message =
            format!("duplicate code `{code}`; give one of the variants another `code = \"…\"`");
        if !known.insert(code) {
            mistakes.at(span, message);
        }
    }
}

/// Returns the title, or `None` if the status's own problem type provides it.
pub(super) fn title(
    variant: &DeclaredVariant,
    code: &str,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let Some(title) = &variant.settings.title else {
        return match status {
            Some(500..) => None,
            _ => Some(words(code)),
        };
    };
    if title.value.contains(['{', '}']) {
        let message = "a title is constant (RFC 9457 §3.1.3); move what varies to `detail`";
        mistakes.at(title.span, message);
    } else if title.value.is_empty() || title.value.bytes().any(|byte| byte.is_ascii_control()) {
        mistakes.at(title.span, "expected a title of one line");
    }
    Some(title.value.clone())
}

fn code(declared: &Declared, variant: &DeclaredVariant) -> String {
    if let Some(code) = &variant.settings.code {
        return code.value.clone();
    }
    let name = variant.name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let short = match declared.shape {
        Shape::Struct => name.strip_suffix("Error"),
        _ => None,
    };
    let name = snake_case(short.filter(|rest| !rest.is_empty()).unwrap_or(name));
    match &declared.prefix {
        Some(prefix) => format!("{}_{name}", prefix.value),
        None => name,
    }
}

/// Converts `HTTPStatusBad` to `http_status_bad`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let starts = before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
            || before.is_some_and(char::is_uppercase) && after.is_some_and(|c| c.is_lowercase());
        if letter.is_uppercase() && starts {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Converts `order_not_found` to "Order not found".
fn words(code: &str) -> String {
    let words = code.replace('_', " ");
    match words.get(..1) {
        Some(first) => first.to_uppercase() + &words[1..],
        None => words,
    }
}

/// Whether the text is a code. The library checks the same for every code.
fn is_code(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.split('_').all(|word| !word.is_empty() && word.bytes().all(is_legal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        let cases = [
            ("NotFound", "not_found"),
            ("HTTPError", "http_error"),
            ("Http2Closed", "http2_closed"),
            ("A", "a"),
            ("IdToken", "id_token"),
        ];
        for (name, code) in cases {
            assert_eq!(snake_case(name), code);
        }
    }

    #[test]
    fn codes_become_words() {
        assert_eq!(words("order_not_found"), "Order not found");
    }

    #[test]
    fn codes_are_told_from_other_words() {
        assert!(["a", "order_not_found", "http_418"].into_iter().all(is_code));
        let others = ["", "_a", "a_", "a__b", "A", "a-b", "4xx"];
        assert!(!others.into_iter().any(is_code));
    }
}
