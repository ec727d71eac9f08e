//! Checks of what a problem type consists of: code, title, status and log level.

use std::collections::HashSet;

use crate::mistakes::Mistakes;
use crate::model::{Declared, DeclaredVariant, Settings, Shape, Status};

pub(super) fn prefix(declared: &Declared, mistakes: &mut Mistakes) {
    if let Some(prefix) = &declared.prefix {
        if !is_code(&prefix.value) {
            let message = "expected a prefix in snake_case, such as `order`";
            mistakes.at(prefix.span, message);
        }
    }
}

/// Returns the code, and notes a mistake if it is not legal.
pub(super) fn code(
    declared: &Declared,
    variant: &DeclaredVariant,
    mistakes: &mut Mistakes,
) -> String {
    let code = written_or_derived(declared, variant);
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
    settings.code.is_none() && status_number(settings).is_some_and(|status| status >= 500)
}

/// Rejects attributes that only matter to clients on a type that clients cannot distinguish from
/// the built-in one.
pub(super) fn internal(variant: &DeclaredVariant, mistakes: &mut Mistakes) {
    let settings = &variant.settings;
    let texts = [("title", settings.title.as_ref().map(|title| title.span))].into_iter();
    let texts = texts.chain([("detail", settings.detail.as_ref().map(|detail| detail.span))]);
    let texts = texts.chain([("docs", settings.docs.as_ref().map(|docs| docs.span))]);
    let texts = texts.chain([("uri", settings.uri.as_ref().map(|uri| uri.span))]);
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
        let code = written_or_derived(declared, variant);
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

/// Returns the code that is written, or that of the name.
fn written_or_derived(declared: &Declared, variant: &DeclaredVariant) -> String {
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

/// The constants of `ErrorStatus`. A test compares them with the library.
const STATUSES: [(u16, &str); 40] = [
    (400, "BAD_REQUEST"),
    (401, "UNAUTHORIZED"),
    (402, "PAYMENT_REQUIRED"),
    (403, "FORBIDDEN"),
    (404, "NOT_FOUND"),
    (405, "METHOD_NOT_ALLOWED"),
    (406, "NOT_ACCEPTABLE"),
    (407, "PROXY_AUTHENTICATION_REQUIRED"),
    (408, "REQUEST_TIMEOUT"),
    (409, "CONFLICT"),
    (410, "GONE"),
    (411, "LENGTH_REQUIRED"),
    (412, "PRECONDITION_FAILED"),
    (413, "PAYLOAD_TOO_LARGE"),
    (414, "URI_TOO_LONG"),
    (415, "UNSUPPORTED_MEDIA_TYPE"),
    (416, "RANGE_NOT_SATISFIABLE"),
    (417, "EXPECTATION_FAILED"),
    (418, "IM_A_TEAPOT"),
    (421, "MISDIRECTED_REQUEST"),
    (422, "UNPROCESSABLE_ENTITY"),
    (423, "LOCKED"),
    (424, "FAILED_DEPENDENCY"),
    (425, "TOO_EARLY"),
    (426, "UPGRADE_REQUIRED"),
    (428, "PRECONDITION_REQUIRED"),
    (429, "TOO_MANY_REQUESTS"),
    (431, "REQUEST_HEADER_FIELDS_TOO_LARGE"),
    (451, "UNAVAILABLE_FOR_LEGAL_REASONS"),
    (500, "INTERNAL_SERVER_ERROR"),
    (501, "NOT_IMPLEMENTED"),
    (502, "BAD_GATEWAY"),
    (503, "SERVICE_UNAVAILABLE"),
    (504, "GATEWAY_TIMEOUT"),
    (505, "HTTP_VERSION_NOT_SUPPORTED"),
    (506, "VARIANT_ALSO_NEGOTIATES"),
    (507, "INSUFFICIENT_STORAGE"),
    (508, "LOOP_DETECTED"),
    (510, "NOT_EXTENDED"),
    (511, "NETWORK_AUTHENTICATION_REQUIRED"),
];

/// Returns the status as a number, whether it is written as a number or by name, if it is known.
fn status_number(settings: &Settings) -> Option<u16> {
    match &settings.status.as_ref()?.value {
        Status::Number(number) => Some(*number).filter(|number| (400..=599).contains(number)),
        Status::Name(name) => {
            STATUSES.iter().find(|(_, known)| known == name).map(|(number, _)| *number)
        }
    }
}

/// Returns the status, if it is an error status.
pub(super) fn status(variant: &DeclaredVariant, mistakes: &mut Mistakes) -> Option<u16> {
    let Some(status) = &variant.settings.status else {
        status_is_missing(variant, mistakes);
        return None;
    };
    let number = status_number(&variant.settings);
    if number.is_none() {
        mistakes.at(status.span, wrong_status(&status.value));
    }
    number
}

fn wrong_status(status: &Status) -> String {
    match status {
        Status::Number(number) => {
            format!("expected an error status, 400 to 599, not {number}")
        }
        Status::Name(name) => format!(
            "`{name}` is no error status, expected a number such as `404` or a constant of \
             `ErrorStatus` such as `NOT_FOUND`"
        ),
    }
}

fn status_is_missing(variant: &DeclaredVariant, mistakes: &mut Mistakes) {
    if variant.is_broken {
        return;
    }
    let message = "expected a status, such as `#[api(status = 404)]`, or `#[api(transparent)]` \
                   around an error that derives `ApiError`";
    mistakes.at(variant.name.span(), message);
}

/// Returns the documentation for clients: `docs`, or the first paragraph of the doc comment.
pub(super) fn documentation<'a>(variant: &'a DeclaredVariant, mistakes: &mut Mistakes) -> &'a str {
    let Some(docs) = &variant.settings.docs else {
        return &variant.documentation;
    };
    if docs.value.trim().is_empty() {
        let message = "expected a text for clients; without `docs`, it is the first paragraph of the \
                       doc comment";
        mistakes.at(docs.span, message);
    }
    &docs.value
}

/// Returns the URI of a registered or shared type.
pub(super) fn uri<'a>(settings: &'a Settings, mistakes: &mut Mistakes) -> Option<&'a str> {
    let uri = settings.uri.as_ref()?;
    if !is_uri(&uri.value) {
        let message = "expected the URI of a problem type that is registered or shared, such as \
                       `https://iana.org/assignments/http-problem-types#date`, in plain ASCII";
        mistakes.at(uri.span, message);
    }
    Some(&uri.value)
}

/// Whether the text is `https://` and characters that no format escapes. The library checks the same.
fn is_uri(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_graphic() && !b"\"\\<>&'".contains(&byte);
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_legal))
}

/// Returns the variant of `Level`.
pub(super) fn level(settings: &Settings, mistakes: &mut Mistakes) -> Option<&'static str> {
    let level = settings.level.as_ref()?;
    match &*level.value {
        "error" => Some("Error"),
        "warn" => Some("Warn"),
        "info" => Some("Info"),
        "debug" => Some("Debug"),
        "trace" => Some("Trace"),
        _ => {
            let message = "expected one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"";
            mistakes.at(level.span, message);
            None
        }
    }
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
    fn other_words_are_not_codes() {
        assert!(["a", "order_not_found", "http_418"].into_iter().all(is_code));
        let others = ["", "_a", "a_", "a__b", "A", "a-b", "4xx"];
        assert!(!others.into_iter().any(is_code));
    }
}
