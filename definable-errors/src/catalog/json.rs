//! The catalog as JSON, with the types of members as JSON Schema.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::entry::CatalogEntry;
use super::example::Example;
use crate::problem::{JsonType, MemberSchema};

/// Writes all problem types.
pub(super) fn list(entries: &[CatalogEntry]) -> String {
    written(&List(entries))
}

/// Writes one problem type.
pub(super) fn page(entry: &CatalogEntry) -> String {
    written(&Page(entry))
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("texts and numbers are JSON") + "\n"
}

struct List<'a>(&'a [CatalogEntry]);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("problems", &self.0.iter().map(Page).collect::<Vec<_>>())?;
        map.end()
    }
}

struct Page<'a>(&'a CatalogEntry);

impl Serialize for Page<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.0;
        let problem_type = entry.problem_type();
        let statuses: Vec<_> = entry.statuses().iter().map(|status| status.as_u16()).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", entry.code())?;
        map.serialize_entry("type", entry.type_uri())?;
        map.serialize_entry("title", problem_type.title())?;
        map.serialize_entry("statuses", &statuses)?;
        map.serialize_entry("documentation", &entry.documentation())?;
        map.serialize_entry("what_to_do", &entry.what_to_do())?;
        map.serialize_entry("when_to_retry", &entry.when_to_retry())?;
        map.serialize_entry("retryable", &problem_type.is_retryable())?;
        if let Some(wait) = problem_type.retry_after() {
            map.serialize_entry("retry_after", &wait.as_secs())?;
        }
        map.serialize_entry("members", &Members(entry.members()))?;
        map.serialize_entry("headers", &Headers(entry.headers()))?;
        if !entry.routes().is_empty() {
            map.serialize_entry("routes", entry.routes())?;
        }
        map.serialize_entry("example", &Example::of(entry).to_string())?;
        map.end()
    }
}

struct Members<'a>(&'a [MemberSchema]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for member in self.0 {
            list.serialize_element(&Member(member))?;
        }
        list.end()
    }
}

struct Member<'a>(&'a MemberSchema);

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("name", self.0.name())?;
        map.serialize_entry("required", &self.0.is_required())?;
        map.serialize_entry("schema", &Schema(self.0.json_type()))?;
        map.end()
    }
}

struct Headers(Vec<(String, &'static str)>);

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, meaning) in &self.0 {
            map.serialize_entry(name, meaning)?;
        }
        map.end()
    }
}

/// A JSON type as JSON Schema (draft 2020-12).
struct Schema(JsonType);

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            JsonType::Any => {}
            JsonType::Boolean => map.serialize_entry("type", "boolean")?,
            JsonType::Integer { min, max } => {
                map.serialize_entry("type", "integer")?;
                if let Some(min) = min {
                    map.serialize_entry("minimum", &min)?;
                }
                if let Some(max) = max {
                    map.serialize_entry("maximum", &max)?;
                }
            }
            JsonType::Number => map.serialize_entry("type", "number")?,
            JsonType::Text => map.serialize_entry("type", "string")?,
            JsonType::Format(format) => {
                map.serialize_entry("type", "string")?;
                map.serialize_entry("format", format)?;
            }
            JsonType::OneOf(words) => map.serialize_entry("enum", words)?,
            JsonType::Nullable(inner) => {
                map.serialize_entry("anyOf", &(Self(*inner), Null))?;
            }
            JsonType::Array(item) => {
                map.serialize_entry("type", "array")?;
                map.serialize_entry("items", &Self(*item))?;
            }
            JsonType::Tuple(items) => {
                map.serialize_entry("type", "array")?;
                let items: Vec<_> = items.iter().map(|item| Self(*item)).collect();
                map.serialize_entry("prefixItems", &items)?;
                map.serialize_entry("minItems", &items.len())?;
                map.serialize_entry("maxItems", &items.len())?;
            }
            JsonType::Map(inner) => {
                map.serialize_entry("type", "object")?;
                map.serialize_entry("additionalProperties", &Self(*inner))?;
            }
            JsonType::Object => map.serialize_entry("type", "object")?,
        }
        map.end()
    }
}

/// The schema of `null`.
struct Null;

impl Serialize for Null {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("type", "null")?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::problem::MemberType;

    fn schema(json_type: JsonType) -> Value {
        serde_json::to_value(Schema(json_type)).unwrap()
    }

    #[test]
    fn json_types_are_json_schemas() {
        assert_eq!(schema(u8::TYPE), json!({"type": "integer", "minimum": 0, "maximum": 255}));
        assert_eq!(
            schema(<Option<String>>::TYPE),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]})
        );
        assert_eq!(
            schema(<Vec<uuid::Uuid>>::TYPE),
            json!({"type": "array", "items": {"type": "string", "format": "uuid"}})
        );
        assert_eq!(schema(JsonType::OneOf(&["dhl", "ups"])), json!({"enum": ["dhl", "ups"]}));
        assert_eq!(schema(JsonType::Any), json!({}));
        assert_eq!(
            schema(<(bool, f64)>::TYPE),
            json!({
                "type": "array", "minItems": 2, "maxItems": 2,
                "prefixItems": [{"type": "boolean"}, {"type": "number"}],
            })
        );
    }
}
