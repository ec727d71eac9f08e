//! Problems as XML (RFC 9457 appendix B).

use std::fmt::Write;

use serde_json::Value;

use super::{Document, escape};

/// Writes XML as in RFC 9457 appendix B: members are elements, items of an array are `i` elements.
pub(super) fn write(document: &Document<'_>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<problem xmlns=\"urn:ietf:rfc:7807\">",
    );
    for (name, value) in document.members() {
        element(&name, &value, &mut out);
    }
    out.push_str("</problem>\n");
    out
}

fn element(name: &str, value: &Value, out: &mut String) {
    let _ = write!(out, "<{name}>");
    match value {
        Value::Array(items) => items.iter().for_each(|item| element("i", item, out)),
        Value::Object(members) => members.iter().for_each(|(key, value)| member(key, value, out)),
        Value::String(text) => out.push_str(&escape::xml(text)),
        Value::Null => {}
        other => out.push_str(&other.to_string()),
    }
    let _ = write!(out, "</{name}>");
}

/// Writes a member. A key inside a value can be any text; one that is not an XML name cannot be an
/// element.
fn member(key: &str, value: &Value, out: &mut String) {
    let is_name = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|other| other.is_ascii_alphanumeric() || "_-.".contains(other));
    if is_name {
        element(key, value, out);
    } else {
        let _ = write!(out, "<member name=\"{}\">", escape::xml(key));
        element("value", value, out);
        out.push_str("</member>");
    }
}
