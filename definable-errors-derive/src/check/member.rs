use std::collections::HashSet;

use super::json_type;
use crate::mistakes::Mistakes;
use crate::model::{Field, Member, Written};

/// Names that a problem uses itself. A test compares them with the library.
pub(super) const RESERVED: [&str; 18] = [
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
pub(super) fn check<'a>(fields: &'a [Field], mistakes: &mut Mistakes) -> Vec<Member<'a>> {
    let (mut known, mut members) = (HashSet::new(), Vec::new());
    for (at, field) in fields.iter().enumerate() {
        let Some(name) = &field.public else {
            continue;
        };
        if let Some(message) = wrong(field, name) {
            mistakes.at(name.span, message);
        } else if !known.insert(&name.value) {
            let message = format!("duplicate member `{}`; rename one", name.value);
            mistakes.at(name.span, message);
        }
        let json_type = field.json_type.as_ref();
        let json_type = json_type.and_then(|written| json_type::check(written, mistakes));
        members.push(Member { field: at, name: &name.value, json_type });
    }
    members
}

fn wrong(field: &Field, name: &Written<String>) -> Option<String> {
    let name = &*name.value;
    if field.location.is_some() {
        return Some("a location is private and cannot be a member; it is logged anyway".into());
    }
    if field.is_cause {
        return Some("a private cause cannot be a member, `note` is logged and never sent".into());
    }
    if RESERVED.contains(&name) {
        return Some(format!(
            "the member `{name}` is the problem's own, write another, such as \
             `member = \"order_{name}\"`"
        ));
    }
    if is_name(name) {
        return None;
    }
    Some(format!(
        "a member is a letter, then letters, digits or `_`, three or more (RFC 9457 §3.2), \
         not `{name}`, write `member = \"order_id\"`"
    ))
}

fn is_name(name: &str) -> bool {
    name.len() >= 3
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
