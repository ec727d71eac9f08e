//! An example of every problem type, for the documents that describe it.

use serde_json::{Map, Value, json};

use super::{ErrorStatus, JsonType, Place, Problem, ProblemType, VALIDATION_FAILED, Violation};

/// Creates an example of a problem with one of the statuses of its type. Its members have values of
/// the declared types.
pub(crate) fn example(problem_type: &'static ProblemType, status: ErrorStatus) -> Problem {
    let mut problem = Problem::new(problem_type).with_status(status);
    for member in problem_type.members() {
        // Every declared name is legal.
        let _ = problem.insert_member(member.name(), value(member.json_type()));
    }
    if *problem_type != VALIDATION_FAILED {
        return problem;
    }
    problem.with_detail("1 field is not valid.").with_violations([violation()])
}

fn violation() -> Violation {
    Violation::new(Place::Body("#/qty".into()), "range", "must be between 1 and 10")
        .with_param("min", 1)
        .with_param("max", 10)
}

/// Returns a value of a JSON type.
fn value(json_type: JsonType) -> Value {
    match json_type {
        JsonType::Any | JsonType::Text => "text".into(),
        JsonType::Boolean => true.into(),
        JsonType::Integer { min, max } => integer(min, max),
        JsonType::Number => json!(1.5),
        JsonType::Format(format) => formatted(format).into(),
        JsonType::OneOf(words) => words.first().copied().unwrap_or_default().into(),
        JsonType::Nullable(inner) => value(*inner),
        JsonType::Array(item) => vec![value(*item)].into(),
        JsonType::Tuple(items) => items.iter().copied().map(value).collect(),
        JsonType::Map(inner) => Map::from_iter([("key".to_owned(), value(*inner))]).into(),
        JsonType::Object => Map::new().into(),
    }
}

/// Returns 42, or the bound that is next to it.
fn integer(min: Option<i128>, max: Option<i128>) -> Value {
    let number =
        42.clamp(min.unwrap_or(i128::MIN), max.unwrap_or(i128::MAX).max(min.unwrap_or(i128::MIN)));
    i64::try_from(number).map_or(Value::Null, Value::from)
}

fn formatted(format: &str) -> &'static str {
    match format {
        "uuid" => "6f1c3b2a-0d4e-4f5a-8b6c-7d8e9f0a1b2c",
        "date-time" => "2026-01-31T12:00:00Z",
        "date" => "2026-01-31",
        "time" => "12:00:00Z",
        "duration" => "PT1M",
        "email" => "ada@example.com",
        "uri" | "url" | "iri" => "https://example.com/",
        "uri-reference" | "iri-reference" => "/path",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::MemberType;

    #[test]
    fn examples_are_of_their_type() {
        assert_eq!(value(u64::TYPE), json!(42));
        assert_eq!(value(JsonType::Integer { min: Some(100), max: Some(200) }), json!(100));
        assert_eq!(value(JsonType::Integer { min: None, max: Some(7) }), json!(7));
        assert_eq!(value(<Option<Vec<bool>>>::TYPE), json!([true]));
        assert_eq!(value(<(u8, String)>::TYPE), json!([42, "text"]));
        assert_eq!(value(JsonType::Map(&JsonType::Number)), json!({"key": 1.5}));
    }

    #[test]
    fn formats_have_examples_of_their_own() {
        let formats = [
            "uuid",
            "date-time",
            "date",
            "time",
            "duration",
            "email",
            "uri",
            "uri-reference",
            "hostname",
            "ipv4",
            "ipv6",
        ];
        let mut examples: Vec<_> = formats.map(formatted).to_vec();
        assert!(!examples.contains(&formatted("other")));
        examples.sort_unstable();
        examples.dedup();
        assert_eq!(examples.len(), formats.len());
        assert!(formatted("ipv4").parse::<std::net::Ipv4Addr>().is_ok());
        assert!(formatted("ipv6").parse::<std::net::Ipv6Addr>().is_ok());
        assert!(formatted("uri").parse::<http::Uri>().is_ok());
        assert_eq!((formatted("url"), formatted("iri")), (formatted("uri"), formatted("uri")));
        assert_eq!(formatted("iri-reference"), formatted("uri-reference"));
    }
}
