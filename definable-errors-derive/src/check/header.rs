use super::detail::those;
use crate::mistakes::Mistakes;
use crate::model::{DeclaredVariant, Field, Header};

/// Headers that belong to the body and the connection. A test compares them with the library.
pub(super) const REFUSED: [&str; 10] = [
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
pub(super) fn check(variant: &DeclaredVariant, mistakes: &mut Mistakes) -> Vec<(String, usize)> {
    let headers = variant.settings.headers.iter();
    headers.filter_map(|header| one(header, &variant.fields, mistakes)).collect()
}

fn one(header: &Header, fields: &[Field], mistakes: &mut Mistakes) -> Option<(String, usize)> {
    let name = header.name.value.to_ascii_lowercase();
    if let Some(message) = wrong_name(&name) {
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

fn wrong_name(name: &str) -> Option<String> {
    match name {
        "retry-after" => Some("expected `retry_after = …`, it sets the member as well".into()),
        "www-authenticate" => Some("expected `challenge = \"…\"`, it is checked".into()),
        _ if REFUSED.contains(&name) => {
            Some(format!("`{name}` belongs to whoever writes the body or keeps the connection"))
        }
        _ if is_token(name) => None,
        _ => Some("expected the name of a header, such as `X-Quota`".into()),
    }
}

/// Whether the text is a token (RFC 9110 §5.6.2).
pub(super) fn is_token(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_legal)
}
