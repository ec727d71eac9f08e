//! An example of a response, as a client would receive it.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::entry::CatalogEntry;
use crate::problem::{JsonType, MemberSchema, Place, Violation};

/// A version 7 UUID, as the layer creates one for every response.
const ID: &str = "0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11";

/// An example of a response: the members of its body in their order, and its head.
pub(super) struct Example {
    status_line: String,
    headers: Vec<(String, String)>,
    /// Each with its value as indented JSON.
    members: Vec<(&'static str, String)>,
}

impl Example {
    pub(super) fn of(entry: &CatalogEntry) -> Self {
        let status = entry.status();
        Self {
            status_line: format!("HTTP/1.1 {} {}", status.as_u16(), status.phrase()),
            headers: headers(entry),
            members: members(entry),
        }
    }

    /// Writes the body, indented.
    pub(super) fn body(&self) -> String {
        let members: Vec<_> =
            self.members.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
        format!("{{\n{}\n}}", members.join(",\n"))
    }
}

impl std::fmt::Display for Example {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut head = format!("{}\n", self.status_line);
        for (name, value) in &self.headers {
            let _ = writeln!(head, "{name}: {value}");
        }
        write!(f, "{head}\n{}", self.body())
    }
}

fn headers(entry: &CatalogEntry) -> Vec<(String, String)> {
    let fixed = [
        ("Content-Type", "application/problem+json"),
        ("Cache-Control", "no-store"),
        ("X-Request-Id", ID),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let more = entry.headers().into_iter().map(|(name, _)| {
        let value = header(entry, &name);
        (name, value)
    });
    fixed.into_iter().chain(more).collect()
}

/// Returns an example of a header.
fn header(entry: &CatalogEntry, name: &str) -> String {
    let problem_type = entry.problem_type();
    match name {
        "Retry-After" => problem_type.retry_after().map_or(1, |wait| wait.as_secs()).to_string(),
        "WWW-Authenticate" => problem_type.challenge().unwrap_or("Bearer realm=\"api\"").to_owned(),
        "Allow" => "GET,HEAD".to_owned(),
        "Accept" => "application/json".to_owned(),
        "Upgrade" => "websocket".to_owned(),
        _ => "…".to_owned(),
    }
}

fn members(entry: &CatalogEntry) -> Vec<(&'static str, String)> {
    let problem_type = entry.problem_type();
    let instance = format!("urn:uuid:{ID}");
    let mut members = vec![
        ("type", json!(entry.type_uri())),
        ("title", json!(problem_type.title())),
        ("status", json!(entry.status().as_u16())),
        ("detail", json!(problem_type.detail())),
        ("instance", json!(instance)),
        ("code", json!(problem_type.code())),
        ("request_id", json!(ID)),
    ];
    if let Some(wait) = problem_type.retry_after() {
        members.push(("retry_after", json!(wait.as_secs())));
    }
    if problem_type.is_retryable() {
        members.push(("retryable", json!(true)));
    }
    let mut members: Vec<_> =
        members.into_iter().map(|(name, value)| (name, indented(&value))).collect();
    if problem_type.code() == "validation_failed" {
        members.push(("errors", violations()));
    }
    let own = problem_type.members().iter();
    members.extend(own.map(|member| (member.name(), indented(&value(member)))));
    members
}

fn violations() -> String {
    let violation =
        Violation::new(Place::Body("#/qty".into()), "range", "must be between 1 and 10")
            .with_param("min", 1)
            .with_param("max", 10);
    indented(&[violation])
}

/// Writes a value as the member of an indented object.
fn indented(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value);
    text.expect("examples are JSON values").replace('\n', "\n  ")
}

fn value(member: &MemberSchema) -> Value {
    of_type(&member.json_type())
}

/// Returns an example of a value.
fn of_type(json_type: &JsonType) -> Value {
    match *json_type {
        JsonType::Any => json!("…"),
        JsonType::Boolean => json!(true),
        JsonType::Integer { min, max } => {
            let value = min.map_or(42, |min| min.max(42));
            let value = max.map_or(value, |max| max.min(value));
            i64::try_from(value).map_or(Value::Null, Value::from)
        }
        JsonType::Number => json!(1.5),
        JsonType::Text => json!("text"),
        JsonType::Format(format) => json!(of_format(format)),
        JsonType::OneOf(words) => json!(words.first()),
        JsonType::Nullable(inner) => of_type(inner),
        JsonType::Array(item) => json!([of_type(item)]),
        JsonType::Tuple(items) => items.iter().map(of_type).collect(),
        JsonType::Map(inner) => {
            let pair = ("key".to_owned(), of_type(inner));
            Value::Object(Map::from_iter([pair]))
        }
        JsonType::Object => json!({}),
    }
}

fn of_format(format: &str) -> &'static str {
    match format {
        "date" => "2026-03-14",
        "date-time" => "2026-03-14T09:26:53Z",
        "duration" => "PT90S",
        "email" => "ada@example.com",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "time" => "09:26:53Z",
        "uri" => "https://example.com/",
        "uuid" => "6f1c3b2a-0d4e-4f5a-8b6c-7d8e9f0a1b2c",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::MemberType;

    #[test]
    fn examples_are_of_their_type() {
        let of = |json_type| of_type(&json_type);
        assert_eq!(of(u64::TYPE), json!(42));
        assert_eq!(of(JsonType::Integer { min: Some(100), max: Some(200) }), json!(100));
        assert_eq!(of(JsonType::Integer { min: None, max: Some(7) }), json!(7));
        assert_eq!(of(<Option<Vec<bool>>>::TYPE), json!([true]));
        assert_eq!(of(<(u8, String)>::TYPE), json!([42, "text"]));
        assert_eq!(of(JsonType::Map(&JsonType::Number)), json!({"key": 1.5}));
    }
}
