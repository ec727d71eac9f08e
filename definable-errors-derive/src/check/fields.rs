//! Checks of the attributes on fields: members, the location and the violations.

use std::collections::HashSet;

use crate::mistakes::Mistakes;
use crate::model::{Field, JsonType, Member, Written};

/// Names that a problem uses itself. A test compares them with the library.
const RESERVED_MEMBERS: [&str; 18] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "request_id",
    "trace_id",
    "retry_after",
    "retryable",
    "errors",
    "truncated",
    "violated_policies",
    "error_type",
    "error_message",
    "causes",
    "location",
    "traceback",
];

/// Checks the names and the JSON types of the members, and returns them.
pub(super) fn members<'a>(fields: &'a [Field], mistakes: &mut Mistakes) -> Vec<Member<'a>> {
    let (mut known, mut members) = (HashSet::new(), Vec::new());
    for (at, field) in fields.iter().enumerate() {
        let Some(name) = &field.public else {
            continue;
        };
        if let Some(message) = wrong_member(field, name) {
            mistakes.at(name.span, message);
        } else if !known.insert(&name.value) {
            let message = format!("duplicate member `{}`; rename one", name.value);
            mistakes.at(name.span, message);
        }
        let written = field.json_type.as_ref();
        let json_type = written.and_then(|written| json_type(written, mistakes));
        members.push(Member { field: at, name: &name.value, json_type });
    }
    members
}

fn wrong_member(field: &Field, name: &Written<String>) -> Option<String> {
    let name = &*name.value;
    if field.location.is_some() {
        return Some("a location is private and cannot be a member; it is logged anyway".into());
    }
    if field.is_cause {
        return Some("a private cause cannot be a member, `note` is logged and never sent".into());
    }
    if RESERVED_MEMBERS.contains(&name) {
        return Some(format!(
            "the member `{name}` is the problem's own, write another, such as \
             `member = \"order_{name}\"`"
        ));
    }
    if is_member_name(name) {
        return None;
    }
    Some(format!(
        "a member is a letter, then letters, digits or `_`, three or more (RFC 9457 §3.2), \
         not `{name}`, write `member = \"order_id\"`"
    ))
}

fn is_member_name(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The words, with the name of the library's constant or variant.
const JSON_TYPES: [(&str, &str); 6] = [
    ("any", "Any"),
    ("boolean", "Boolean"),
    ("integer", "INTEGER"),
    ("number", "Number"),
    ("object", "Object"),
    ("string", "Text"),
];

/// The formats of strings: those of JSON Schema that services use.
const FORMATS: [&str; 10] =
    ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

/// Checks the JSON type that is written at a member, in place of that of the field's type.
fn json_type(written: &Written<String>, mistakes: &mut Mistakes) -> Option<JsonType> {
    let read = read_json_type(&written.value);
    if read.is_none() {
        mistakes.at(written.span, wrong_json_type(&written.value));
    }
    read
}

/// Reads a word, followed by `[]` for an array of it and `?` for a value that may be null.
fn read_json_type(text: &str) -> Option<JsonType> {
    if let Some(item) = text.strip_suffix("[]") {
        return Some(JsonType::Array(Box::new(read_json_type(item)?)));
    }
    if let Some(value) = text.strip_suffix('?') {
        let is_doubled = value.ends_with('?');
        return Some(JsonType::Nullable(Box::new(read_json_type(value).filter(|_| !is_doubled)?)));
    }
    let word = JSON_TYPES.iter().find(|(word, _)| *word == text);
    let format = FORMATS.into_iter().find(|format| *format == text);
    word.map(|(_, name)| JsonType::Plain(name)).or(format.map(JsonType::Format))
}

fn wrong_json_type(text: &str) -> String {
    let words = JSON_TYPES.map(|(word, _)| word).join(", ");
    let formats = FORMATS.join(", ");
    format!(
        "`{text}` is not a JSON type, expected one of: {words}; or a format of strings: {formats}; \
         append `[]` for an array of it, `?` if it may be null"
    )
}

/// Checks that there is at most one location, and one `From` that sets it.
pub(super) fn location(fields: &[Field], mistakes: &mut Mistakes) {
    let mut locations = fields.iter().filter_map(|field| field.location);
    let location = locations.next();
    for span in locations {
        mistakes.at(span, "duplicate `location`; an error has one, remove the other");
    }
    let mut conversions = fields.iter().filter(|field| field.from.is_some());
    let Some(from) = conversions.next() else {
        return;
    };
    for other in conversions.filter_map(|field| field.from) {
        mistakes.at(other, "duplicate `from`; an error is made from one other, remove one");
    }
    written_from(from, location.is_some(), fields, mistakes);
}

/// Checks that the `From` of this field can be written: it sets the field and the location, and
/// nothing else.
fn written_from(field: &Field, has_location: bool, fields: &[Field], mistakes: &mut Mistakes) {
    let Some(span) = field.from else {
        return;
    };
    if field.location.is_some() {
        mistakes.at(span, "a location cannot be converted; move `from` to the field of the cause");
        return;
    }
    if field.has_thiserror_from {
        let message = "`#[from]` and `#[api(from)]` write the same `From`; replace `#[from]` with \
                       `#[source]`";
        mistakes.at(span, message);
    }
    if !has_location {
        let message = "`from` fills a location, and there is none; add \
                       `#[api(location)] location: SourceLocation`, or use thiserror's `#[from]`";
        mistakes.at(span, message);
    }
    let is_filled = |other: &&Field| other.location.is_some() || other.from.is_some();
    for other in fields.iter().filter(|other| !is_filled(other)) {
        let message =
            format!("`from` cannot fill the field `{}`; remove the field, or `from`", other.name);
        mistakes.at(other.span, message);
    }
}

/// The statuses that can be caused by single fields of a request.
const VIOLATION_STATUSES: [u16; 6] = [400, 403, 404, 409, 413, 422];

/// Returns the field that contains the violations.
pub(super) fn violations(
    fields: &[Field],
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Option<usize> {
    let mut found =
        fields.iter().enumerate().filter_map(|(at, field)| Some((at, field.violations?)));
    let (at, span) = found.next()?;
    for (_, other) in found {
        mistakes.at(other, "duplicate `violations`; a problem has one list, remove one");
    }
    if status.is_some_and(|status| !VIOLATION_STATUSES.contains(&status)) {
        let message = "`violations` has no meaning on this status; change it to 400, 403, 404, 409, \
                       413 or 422, or remove `violations`";
        mistakes.at(span, message);
    }
    if let Some(other) = combined(&fields[at]) {
        let message = format!(
            "`violations` cannot be combined with `{other}` on one field, because clients get the \
             list as `errors`; remove one"
        );
        mistakes.at(span, message);
    }
    Some(at)
}

/// Returns another attribute of the same field.
fn combined(field: &Field) -> Option<&'static str> {
    let others = [
        ("member", field.public.is_some()),
        ("note", field.note.is_some()),
        ("location", field.location.is_some()),
        ("from", field.from.is_some()),
    ];
    others.into_iter().find(|(_, is_present)| *is_present).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_not_json_types() {
        assert!(
            ["string", "uuid", "integer[]", "date-time?", "any?[][]?"]
                .map(read_json_type)
                .iter()
                .all(Option::is_some)
        );
        let others =
            ["", "u64", "String", "[]", "?", "string??", "[string]", "string []", "date?-time"];
        assert!(others.map(read_json_type).iter().all(Option::is_none));
    }
}
