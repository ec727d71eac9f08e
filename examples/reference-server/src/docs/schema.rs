//! Schemas of the document in a few words, for the page.

use std::fmt::Write;

use serde_json::Value;

use super::page::{escape, prose};

/// Returns a schema in a few words as HTML, with links to those that have a name.
pub(super) fn in_words(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        return format!(r##"<a href="#schema-{0}">{0}</a>"##, escape(name));
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> =
            words.iter().map(|it| format!("<code>{}</code>", escape(&it.to_string()))).collect();
        return words.join(" or ");
    }
    for join in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[join].as_array() {
            let word = if join == "allOf" { " and " } else { " or " };
            return parts.iter().map(in_words).collect::<Vec<_>>().join(word);
        }
    }
    let kinds = kinds(schema);
    if kinds.iter().any(|kind| kind == "array") {
        return format!("list of {}{}", in_words(&schema["items"]), bounds(schema));
    }
    match schema["additionalProperties"].as_object() {
        Some(_) => format!("object with values of {}", in_words(&schema["additionalProperties"])),
        None if kinds.is_empty() => "any value".to_owned(),
        None => format!("{}{}", escape(&kinds.join(" or ")), bounds(schema)),
    }
}

/// Returns the rows of a table of the members of an object.
pub(super) fn members(schema: &Value) -> String {
    let mut rows = String::new();
    if let Some(parts) = schema["allOf"].as_array() {
        rows.extend(parts.iter().map(|part| {
            if part["$ref"].is_string() {
                format!("<tr><td colspan=2>the members of {}</td></tr>", in_words(part))
            } else {
                members(part)
            }
        }));
    }
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name))
    };
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let mark = if required(name) { " <b>required</b>" } else { "" };
        let text = member["description"].as_str().map(prose).unwrap_or_default();
        let _ = write!(
            rows,
            "<tr><th scope=row><code>{}</code>{mark}</th><td>{}{}{text}</td></tr>",
            escape(name),
            in_words(member),
            if text.is_empty() { "" } else { "<br>" },
        );
    }
    rows
}

fn kinds(schema: &Value) -> Vec<String> {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        Value::Null => Vec::new(),
        kind => vec![kind.clone()],
    };
    kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns what bounds a value, such as ` (uuid)` or ` (1 to 80 characters)`.
fn bounds(schema: &Value) -> String {
    let range = |min: &str, max: &str, unit: &str| match (&schema[min], &schema[max]) {
        (Value::Null, Value::Null) => None,
        (min, Value::Null) => Some(format!("at least {min}{unit}")),
        (Value::Null, max) => Some(format!("at most {max}{unit}")),
        (min, max) => Some(format!("{min} to {max}{unit}")),
    };
    let default = &schema["default"];
    let words: Vec<_> = [
        schema["format"].as_str().filter(|it| !it.starts_with("int")).map(str::to_owned),
        range("minimum", "maximum", ""),
        range("minLength", "maxLength", " characters"),
        range("minItems", "maxItems", " items"),
        (!default.is_null()).then(|| format!("default {default}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(" <small>({})</small>", escape(&words.join(", ")))
    }
}
