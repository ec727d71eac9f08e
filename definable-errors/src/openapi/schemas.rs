//! The schemas of problems and violations.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, AllOf, Array, ArrayItems, Object, ObjectBuilder, OneOf, Ref, Schema,
    SchemaFormat, SchemaType, Type,
};
use utoipa::{Number, PartialSchema, ToSchema};

use crate::problem::{JsonType, Problem, ProblemType, Violation};

/// The name of the schema of every problem.
pub(super) const PROBLEM: &str = "Problem";

/// The name of the schema of a violation.
const VIOLATION: &str = "Violation";

/// Returns the name of the schema of a problem type: `OrderNotFoundProblem` for `order_not_found`.
pub(super) fn name_of(code: &str) -> String {
    let mut name = String::with_capacity(code.len() + PROBLEM.len());
    for word in code.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name + PROBLEM
}

/// The schema of a body with any problem, as [`OpenApiExt`](super::OpenApiExt) adds it.
impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        PROBLEM.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((VIOLATION.to_owned(), Violation::schema()));
    }
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        let status = ObjectBuilder::new().schema_type(Type::Integer);
        let status = status.minimum(Some(400)).maximum(Some(599));
        let wait = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        let errors = Array::new(Ref::from_schema_name(VIOLATION));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(PROBLEM_DOC))
            .property("type", described(text("uri-reference"), TYPE_DOC))
            .required("type")
            .property("title", described(string(), "A constant summary of the problem type."))
            .required("title")
            .property("status", described(status, "The status of the response."))
            .required("status")
            .property("detail", described(string(), DETAIL_DOC))
            .required("detail")
            .property("code", described(string(), CODE_DOC))
            .required("code")
            .property("instance", described(text("uri-reference"), INSTANCE_DOC))
            .property("request_id", described(string(), REQUEST_ID_DOC))
            .property("trace_id", described(string(), TRACE_ID_DOC))
            .property("retry_after", described(wait, RETRY_AFTER_DOC))
            .property("retryable", described(boolean(), "Whether a later attempt can succeed."))
            .property("errors", errors)
            .property("truncated", described(boolean(), "Whether `errors` is incomplete."))
            .property("violated_policies", Array::new(string().build()))
            .build()
            .into()
    }
}

/// The schema of an item of `errors`.
impl ToSchema for Violation {
    fn name() -> Cow<'static, str> {
        VIOLATION.into()
    }
}

impl PartialSchema for Violation {
    fn schema() -> RefOr<Schema> {
        let inputs = ["body", "form", "query", "path", "header", "cookie"];
        let input = string().enum_values(Some(inputs));
        let params = ObjectBuilder::new().schema_type(Type::Object);
        let params = params.additional_properties(Some(AdditionalProperties::FreeForm(true)));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("One rule that the request broke."))
            .property("in", described(input, "The part of the request."))
            .required("in")
            .property("pointer", described(string(), POINTER_DOC))
            .property("name", described(string(), NAME_DOC))
            .property("code", described(string(), "The name of the rule, for programs."))
            .required("code")
            .property("detail", described(string(), "The rule in words, for people."))
            .required("detail")
            .property("params", described(params, "The values that `detail` mentions."))
            .build()
            .into()
    }
}

const PROBLEM_DOC: &str = "Why a request failed (RFC 9457). Clients decide by `code`. Other \
    representations are available by `Accept`: `text/html`, `text/plain`, `text/markdown` and \
    `application/problem+xml`.";
const TYPE_DOC: &str = "The URI of the problem type, which leads to its documentation.";
const DETAIL_DOC: &str = "What happened this time, and what to do about it, for people.";
const CODE_DOC: &str = "The name of the problem type, for programs. It never changes its meaning.";
const INSTANCE_DOC: &str = "The id of this occurrence, which operators find in the log.";
const REQUEST_ID_DOC: &str = "The id of the request, which is also in `X-Request-Id`.";
const TRACE_ID_DOC: &str =
    "The id of the trace, if the request was part of one (W3C Trace Context).";
const RETRY_AFTER_DOC: &str = "The seconds in `Retry-After`.";
const POINTER_DOC: &str =
    "The place in a body or a form: a JSON pointer as a URI fragment (RFC 6901 §6).";
const NAME_DOC: &str = "The name of a parameter, a header field or a cookie.";

/// Creates the schema of a problem type: that of every problem, with its code, its statuses and its
/// members.
pub(super) fn of_type(problem_type: &'static ProblemType, statuses: &[u16]) -> Schema {
    let status = ObjectBuilder::new().schema_type(Type::Integer);
    let mut own = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("code", string().enum_values(Some([problem_type.code()])))
        .required("code")
        .property("status", status.enum_values(Some(statuses.iter().copied())))
        .required("status");
    for member in problem_type.members() {
        own = own.property(member.name(), of_json(member.json_type()));
        if member.is_required() {
            own = own.required(member.name());
        }
    }
    let mut all = AllOf::with_capacity(2);
    all.items = vec![Ref::from_schema_name(PROBLEM).into(), RefOr::T(own.build().into())];
    all.title = Some(problem_type.title().to_owned());
    let documentation = problem_type.documentation();
    all.description = (!documentation.is_empty()).then(|| documentation.to_owned());
    Schema::AllOf(all)
}

/// Creates the schema of a JSON type.
fn of_json(json_type: JsonType) -> Schema {
    match json_type {
        JsonType::Any => Object::with_type(SchemaType::AnyValue).into(),
        JsonType::Boolean => boolean().build().into(),
        JsonType::Integer { min, max } => integer(min, max).build().into(),
        JsonType::Number => Object::with_type(Type::Number).into(),
        JsonType::Text => string().build().into(),
        JsonType::Format(format) => text(format).build().into(),
        JsonType::OneOf(words) => string().enum_values(Some(words.iter().copied())).build().into(),
        JsonType::Nullable(inner) => nullable(of_json(*inner)),
        JsonType::Array(item) => Array::new(of_json(*item)).into(),
        JsonType::Tuple(items) => tuple(items),
        JsonType::Map(values) => {
            let values = AdditionalProperties::RefOr(of_json(*values).into());
            let map = ObjectBuilder::new().schema_type(Type::Object);
            map.additional_properties(Some(values)).build().into()
        }
        JsonType::Object => Object::with_type(Type::Object).into(),
    }
}

/// The largest integer that every client reads exactly (RFC 8259 §6).
const MAX_SAFE: i128 = (1 << 53) - 1;

fn integer(min: Option<i128>, max: Option<i128>) -> ObjectBuilder {
    let bound = |bound: Option<i128>| {
        let bound = bound.filter(|bound| bound.abs() <= MAX_SAFE)?;
        isize::try_from(bound).ok().map(Number::Int)
    };
    let is_small = [min, max].iter().all(|bound| bound.is_some_and(|it| i32::try_from(it).is_ok()));
    let format = if is_small { "int32" } else { "int64" };
    let integer = ObjectBuilder::new().schema_type(Type::Integer);
    let integer = integer.format(Some(SchemaFormat::Custom(format.to_owned())));
    integer.minimum(bound(min)).maximum(bound(max))
}

fn nullable(schema: Schema) -> Schema {
    let mut one_of = OneOf::with_capacity(2);
    one_of.items = vec![schema.into(), Schema::from(Object::with_type(Type::Null)).into()];
    one_of.into()
}

fn tuple(items: &[JsonType]) -> Schema {
    let mut array = Array::default();
    array.prefix_items = items.iter().copied().map(of_json).collect();
    array.items = ArrayItems::False;
    array.min_items = Some(items.len());
    array.max_items = Some(items.len());
    array.into()
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn boolean() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean)
}

fn text(format: &str) -> ObjectBuilder {
    string().format(Some(SchemaFormat::Custom(format.to_owned())))
}

fn described(schema: ObjectBuilder, description: &str) -> ObjectBuilder {
    schema.description(Some(description))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(json_type: JsonType) -> Value {
        serde_json::to_value(of_json(json_type)).unwrap()
    }

    #[test]
    fn name_is_the_code_in_one_word() {
        assert_eq!(name_of("order_not_found"), "OrderNotFoundProblem");
        assert_eq!(name_of("http_418"), "Http418Problem");
    }

    #[test]
    fn bounds_of_integers_are_those_that_every_client_reads_exactly() {
        let integer = |min, max| written(JsonType::Integer { min: Some(min), max: Some(max) });
        assert_eq!(
            integer(0, 255),
            json!({"type": "integer", "format": "int32", "minimum": 0, "maximum": 255})
        );
        assert_eq!(
            integer(0, u64::MAX.into()),
            json!({"type": "integer", "format": "int64", "minimum": 0})
        );
        assert_eq!(written(JsonType::INTEGER), json!({"type": "integer", "format": "int64"}));
    }

    #[test]
    fn containers_describe_what_is_in_them() {
        const TEXTS: JsonType = JsonType::Array(&JsonType::Nullable(&JsonType::Text));
        let text = json!({"type": "string"});
        let texts = json!({"type": "array", "items": {"oneOf": [text, {"type": "null"}]}});
        assert_eq!(written(TEXTS), texts);
        assert_eq!(
            written(JsonType::Map(&TEXTS)),
            json!({"type": "object", "additionalProperties": texts})
        );
        assert_eq!(
            written(JsonType::Tuple(&[JsonType::Text, JsonType::Boolean])),
            json!({
                "type": "array",
                "prefixItems": [text, {"type": "boolean"}],
                "items": false,
                "minItems": 2,
                "maxItems": 2
            })
        );
        assert_eq!(written(JsonType::Any), json!({}));
        assert_eq!(written(JsonType::OneOf(&["a"])), json!({"type": "string", "enum": ["a"]}));
        assert_eq!(written(JsonType::Format("uuid")), json!({"type": "string", "format": "uuid"}));
        assert_eq!(written(JsonType::Object), json!({"type": "object"}));
    }
}
