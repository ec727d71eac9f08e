//! Tests of the JSON types of members.

use std::time::Duration;

use definable_errors::problem::{JsonType, ProblemTypes};
use definable_errors::{ApiError, IntoApiError};

/// One member for every word.
#[derive(Debug, thiserror::Error, ApiError)]
#[error("late")]
#[api(status = 409, code = "late")]
struct LateError<'a> {
    #[api(member(type = "any"))]
    any: &'a str,
    #[api(member(type = "boolean"))]
    boolean: &'a str,
    #[api(member(type = "integer"))]
    integer: &'a str,
    #[api(member(type = "number"))]
    number: &'a str,
    #[api(member(type = "object"))]
    object: Duration,
    #[api(member(type = "string"))]
    string: &'a str,
    #[api(member(type = "date-time[]?"))]
    times: Option<[&'a str; 1]>,
    #[api(member(type = "integer?[]", name = "counts"))]
    c: [Option<u8>; 2],
}

#[test]
fn written_json_types_are_declared() {
    let declared = LateError::TYPES.by_code("late").members().iter();
    let declared: Vec<_> = declared.map(|member| (member.name(), member.json_type())).collect();
    let expected = [
        ("any", JsonType::Any),
        ("boolean", JsonType::Boolean),
        ("integer", JsonType::INTEGER),
        ("number", JsonType::Number),
        ("object", JsonType::Object),
        ("string", JsonType::Text),
        ("times", JsonType::Nullable(&JsonType::Array(&JsonType::Format("date-time")))),
        ("counts", JsonType::Array(&JsonType::Nullable(&JsonType::INTEGER))),
    ];
    assert_eq!(declared, expected);
}

#[test]
fn written_json_type_does_not_change_the_value() {
    let object = Duration::from_secs(1);
    let (any, boolean, integer, number, string) = ("a", "b", "c", "d", "e");
    let error = LateError {
        any,
        boolean,
        integer,
        number,
        object,
        string,
        times: None,
        c: [Some(1), None],
    };
    let error = error.into_api_error();
    let members = error.problem().members();
    assert_eq!(members.get("integer").unwrap(), "c");
    assert!(members.get("times").unwrap().is_null());
    assert_eq!(members.get("counts").unwrap().to_string(), "[1,null]");
    assert_eq!(members.get("object").unwrap().get("secs").unwrap(), 1);
}
