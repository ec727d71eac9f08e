//! Checks of what a response has beside its problem type: the detail, the wait, the challenge and
//! other headers.

use std::collections::HashSet;

use crate::mistakes::Mistakes;
use crate::model::{
    DeclaredVariant, Detail, Display, Field, Fill, Header, Hole, Piece, RetryAfter, Settings,
    Template, Wait, Written,
};

/// Returns the detail that a client may read: either explicit, or free of private causes and
/// locations.
pub(super) fn detail(
    variant: &DeclaredVariant,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Detail {
    match (&variant.settings.detail, status) {
        (Some(detail), _) => chosen(detail, &variant.fields, mistakes),
        (None, Some(400..500)) if !variant.is_broken => inherited(variant, mistakes),
        _ => Detail::OfType,
    }
}

fn chosen(detail: &Written<Template>, fields: &[Field], mistakes: &mut Mistakes) -> Detail {
    if let Some(text) = detail.value.constant() {
        return Detail::Constant(text);
    }
    let mut fills = Vec::new();
    for piece in &detail.value.0 {
        match piece {
            Piece::Text(text) => fills.push(Fill::Text(text.clone())),
            Piece::Hole(hole) => match filled(hole, fields) {
                Ok(fill) => fills.push(fill),
                Err(message) => mistakes.at(detail.span, message),
            },
        }
    }
    Detail::Filled(fills, detail.span)
}

fn filled(hole: &Hole, fields: &[Field]) -> Result<Fill, String> {
    let Hole { name, spec } = hole;
    if name.is_empty() {
        return Err("expected the name of a field in the braces, such as `{id}` or `{0}`".into());
    }
    if spec.contains('$') {
        return Err(format!("expected a number as the width or precision of `{name}`"));
    }
    let Some(at) = fields.iter().position(|field| field.name == *name) else {
        return Err(format!("no field `{name}` here, {}", those(fields)));
    };
    match fields[at].secret() {
        Some("location") => {
            Err(format!("`{name}` is a location, which is private; remove it, it is logged anyway"))
        }
        Some(_) => Err(format!(
            "`{name}` is a private cause; describe in plain words what the client should know"
        )),
        None => Ok(Fill::Field { at, spec: spec.clone() }),
    }
}

fn those(fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(|field| &*field.name).collect();
    if names.is_empty() {
        return "there is none".to_owned();
    }
    format!("expected one of: {}", names.join(", "))
}

/// Uses the `Display`, if nothing in it comes from a source or is a location.
fn inherited(variant: &DeclaredVariant, mistakes: &mut Mistakes) -> Detail {
    let mut sources = variant.fields.iter().filter_map(|field| Some((field, field.secret()?)));
    match &variant.display {
        Display::Transparent(span) => mistakes.at(
            *span,
            "the text of the inner error would reach the client, write \
             `#[api(detail = \"…\")]`, or `#[api(transparent)]` if it derives `ApiError`",
        ),
        Display::Unknown => {
            if let Some((source, secret)) = sources.next() {
                mistakes.at(source.span, unread(secret, &source.name));
            }
        }
        Display::Format { template, span, .. } => {
            let shown = sources.find(|(field, _)| is_shown(field, &variant.display));
            if let Some((source, secret)) = shown {
                mistakes.at(*span, leaked(secret, &source.name));
            }
            if let Some(text) = template.constant() {
                return Detail::Constant(text);
            }
        }
    }
    Detail::Display
}

/// Whether the text shows the field, by its name or through `self`.
fn is_shown(field: &Field, display: &Display) -> bool {
    let Display::Format { template, defined, mentioned, .. } = display else {
        return true;
    };
    let says = |name: &str| name == field.name || name == "self";
    let mut holes = template.holes().map(|hole| &hole.name);
    holes.any(|name| says(name) && !defined.contains(name))
        || mentioned.iter().any(|name| says(name))
}

fn leaked(secret: &str, name: &str) -> String {
    format!(
        "this text says the private {secret} `{name}`, and a 4xx sends it to the client, write \
         `#[api(detail = \"…\")]`"
    )
}

fn unread(secret: &str, name: &str) -> String {
    format!(
        "a 4xx sends its `Display` to the client, and it may say the private {secret} `{name}`, \
         write `#[api(detail = \"…\")]`"
    )
}

/// The statuses for which a `Retry-After` is meaningful.
const RETRY_STATUSES: [u16; 8] = [408, 409, 413, 429, 500, 502, 503, 504];

/// Returns the wait of `Retry-After`.
pub(super) fn wait(
    variant: &DeclaredVariant,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Wait {
    let Some(retry_after) = &variant.settings.retry_after else {
        return usual_wait(variant, status);
    };
    if status.is_some_and(|status| !RETRY_STATUSES.contains(&status)) {
        let message = "`retry_after` has no meaning on this status; it belongs on 408, 409, 413, \
                       429, 500, 502, 503 and 504";
        mistakes.at(retry_after.span, message);
    }
    written_wait(variant, retry_after, mistakes)
}

/// Returns the default wait: 429 and a temporary 503 always have one.
fn usual_wait(variant: &DeclaredVariant, status: Option<u16>) -> Wait {
    let is_temporary = variant.settings.retryable != Some(false);
    match status {
        Some(429 | 503) if is_temporary => Wait::Usual,
        _ => Wait::None,
    }
}

fn written_wait(
    variant: &DeclaredVariant,
    retry_after: &Written<RetryAfter>,
    mistakes: &mut Mistakes,
) -> Wait {
    let field = match &retry_after.value {
        RetryAfter::Seconds(0) => {
            mistakes.at(retry_after.span, "expected one second or more");
            return Wait::None;
        }
        RetryAfter::Seconds(seconds) => return Wait::Seconds(*seconds),
        RetryAfter::Field(field) => field,
    };
    let fields = &variant.fields;
    let at = fields.iter().position(|known| known.name == *field);
    if at.is_none() {
        let message =
            format!("no field `{field}` here, expected whole seconds, or a `Duration` field");
        mistakes.at(retry_after.span, message);
    }
    at.map_or(Wait::None, Wait::Field)
}

/// Checks that the challenge is legal, and on a status that may carry one.
pub(super) fn challenge<'a>(
    settings: &'a Settings,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let challenge = settings.challenge.as_ref()?;
    if status.is_some_and(|status| !matches!(status, 400 | 401 | 403)) {
        let message = "a challenge belongs to a 400, 401 or 403; remove it or change the status";
        mistakes.at(challenge.span, message);
    }
    if !is_challenge(&challenge.value) {
        mistakes.at(
            challenge.span,
            "expected a scheme and parameters, each once and in quotes, such as \
             `Bearer realm=\"orders\"` (RFC 6750 §3)",
        );
    }
    Some(&challenge.value)
}

fn is_challenge(text: &str) -> bool {
    let Some((scheme, parameters)) = text.split_once(' ') else {
        return false;
    };
    let mut known = HashSet::new();
    let mut rest = parameters;
    while let Some((name, after)) = parameter(rest) {
        if !known.insert(name.to_ascii_lowercase()) {
            return false;
        }
        match after.strip_prefix(", ") {
            Some(next) => rest = next,
            None => return after.is_empty() && is_token(scheme),
        }
    }
    false
}

/// Splits off the name of the first parameter.
fn parameter(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once("=\"")?;
    let (value, after) = rest.split_once('"')?;
    let is_legal = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    (is_token(name) && value.bytes().all(is_legal)).then_some((name, after))
}

/// Returns a hint for developers, which is constant.
pub(super) fn hint<'a>(
    hint: Option<&'a Written<String>>,
    fields: impl IntoIterator<Item = &'a Field>,
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let hint = hint?;
    if hint.value.trim().is_empty() {
        let message = "expected what may help a developer, such as \"Run `sqlx migrate run`.\"";
        mistakes.at(hint.span, message);
    }
    let is_named = |field: &&Field| hint.value.contains(&format!("{{{}}}", field.name));
    if let Some(field) = fields.into_iter().find(is_named) {
        let message = format!(
            "a hint is constant, so `{{{}}}` would be shown as it is; remove it, or add the hint with \
             `ApiError::with_hint`",
            field.name
        );
        mistakes.at(hint.span, message);
    }
    Some(&hint.value)
}

/// Headers that belong to the body and the connection. A test compares them with the library.
const REFUSED_HEADERS: [&str; 10] = [
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-type",
    "etag",
    "last-modified",
    "te",
    "trailer",
    "transfer-encoding",
];

/// Returns the names in lower case, with the fields that provide the values.
pub(super) fn headers(variant: &DeclaredVariant, mistakes: &mut Mistakes) -> Vec<(String, usize)> {
    let headers = variant.settings.headers.iter();
    headers.filter_map(|written| header(written, &variant.fields, mistakes)).collect()
}

fn header(header: &Header, fields: &[Field], mistakes: &mut Mistakes) -> Option<(String, usize)> {
    let name = header.name.value.to_ascii_lowercase();
    if let Some(message) = wrong_header_name(&name) {
        mistakes.at(header.name.span, message);
    }
    let wanted = &header.field.value;
    let Some(at) = fields.iter().position(|field| field.name == *wanted) else {
        let message = format!("no field `{wanted}` here, {}", those(fields));
        mistakes.at(header.field.span, message);
        return None;
    };
    if fields[at].location.is_some() {
        let message = format!("`{wanted}` is a location, which is private; it cannot be a header");
        mistakes.at(header.field.span, message);
    } else if fields[at].is_cause {
        let message = format!("`{wanted}` is a private cause; it cannot be a header");
        mistakes.at(header.field.span, message);
    }
    Some((name, at))
}

fn wrong_header_name(name: &str) -> Option<String> {
    match name {
        "retry-after" => Some("expected `retry_after = …`, it sets the member as well".into()),
        "www-authenticate" => Some("expected `challenge = \"…\"`, it is checked".into()),
        _ if REFUSED_HEADERS.contains(&name) => {
            Some(format!("`{name}` belongs to whoever writes the body or keeps the connection"))
        }
        _ if is_token(name) => None,
        _ => Some("expected the name of a header, such as `X-Quota`".into()),
    }
}

/// Whether the text is a token (RFC 9110 §5.6.2).
fn is_token(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_not_challenges() {
        let legal = [
            r#"Bearer realm="api""#,
            r#"Bearer realm="api", error="invalid_token""#,
            r#"ApiKey realm="""#,
        ];
        assert!(legal.into_iter().all(is_challenge));
        let others = [
            "",
            "Bearer",
            "Bearer ",
            "Bearer realm=api",
            r#"realm="api""#,
            r#"Bearer realm="a", realm="b""#,
            r#"Bearer realm="a" error="b""#,
            r#"Bearer realm="ä""#,
            r#"Bearer realm="a\""#,
            "Bearer realm=\"a\n\"",
        ];
        assert!(!others.into_iter().any(is_challenge));
    }
}
