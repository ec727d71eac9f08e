//! The errors and the responses.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response};

use super::merge::{add_problems, any_problem};
use crate::error::{ApiError, Declared};
use crate::problem::ProblemTypes;

/// The `default` response: any problem.
impl OperationOutput for ApiError {
    type Inner = Self;

    fn operation_response(ctx: &mut GenContext, _: &mut Operation) -> Option<Response> {
        Some(any_problem(ctx))
    }

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let has_default = operation.responses.as_ref().is_some_and(|it| it.default.is_some());
        if has_default { Vec::new() } else { vec![(None, any_problem(ctx))] }
    }
}

/// The responses of the problem types of `E`, and of `internal_error`.
impl<E: ProblemTypes> OperationOutput for Declared<E> {
    type Inner = Self;

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        add_problems(ctx, operation, <Self as ProblemTypes>::TYPES);
        Vec::new()
    }
}

#[cfg(any(feature = "extract", feature = "stream"))]
fn success(description: &str, media_type: &str, schema: schemars::Schema) -> Response {
    use aide::openapi::{MediaType, SchemaObject};

    let schema = SchemaObject { json_schema: schema, external_docs: None, example: None };
    let content = MediaType { schema: Some(schema), ..MediaType::default() };
    let mut response = Response { description: description.to_owned(), ..Response::default() };
    response.content.insert(media_type.to_owned(), content);
    response
}

#[cfg(feature = "extract")]
mod extract {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{GenContext, Operation, OperationOutput, Response, success};
    use crate::extract::{BatchAnswer, ETag, Form, Json, Page};

    /// Implements `OperationOutput` for a response with one status.
    macro_rules! outputs {
        ($($output:ident: $status:literal $media_type:literal),+) => {
            $(
                impl<T: JsonSchema> OperationOutput for $output<T> {
                    type Inner = T;

                    fn operation_response(
                        ctx: &mut GenContext,
                        _: &mut Operation,
                    ) -> Option<Response> {
                        let schema = ctx.schema.subschema_for::<T>();
                        let described = ctx.resolve_schema(&schema).get("description").cloned();
                        let description = described.as_ref().and_then(|it| it.as_str());
                        Some(success(description.unwrap_or_default(), $media_type, schema))
                    }

                    fn inferred_responses(
                        ctx: &mut GenContext,
                        operation: &mut Operation,
                    ) -> Vec<(Option<u16>, Response)> {
                        let response = Self::operation_response(ctx, operation);
                        response.map(|it| (Some($status), it)).into_iter().collect()
                    }
                }
            )+
        };
    }

    outputs!(Json: 200 "application/json", Form: 200 "application/x-www-form-urlencoded");

    /// A header of another response.
    impl OperationOutput for ETag {
        type Inner = Self;
    }

    /// 207, with the outcome of every item.
    impl<T: JsonSchema> OperationOutput for BatchAnswer<T> {
        type Inner = Self;

        fn operation_response(ctx: &mut GenContext, _: &mut Operation) -> Option<Response> {
            super::any_problem(ctx);
            let value = ctx.schema.subschema_for::<T>();
            let problem = Schema::new_ref("#/components/schemas/Problem".to_owned());
            let schema = json_schema!({
                "type": "object",
                "properties": {"results": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"status": {"type": "integer"}, "problem": problem},
                    "additionalProperties": value,
                    "required": ["status"],
                }}},
                "required": ["results"],
            });
            Some(success("The outcome of every item.", "application/json", schema))
        }

        fn inferred_responses(
            ctx: &mut GenContext,
            operation: &mut Operation,
        ) -> Vec<(Option<u16>, Response)> {
            let response = Self::operation_response(ctx, operation);
            response.map(|it| (Some(207), it)).into_iter().collect()
        }
    }

    /// The schema of a page: `Page_of_Order` if the items are of the schema `Order`.
    impl<T: JsonSchema> JsonSchema for Page<T> {
        fn schema_name() -> Cow<'static, str> {
            format!("Page_of_{}", T::schema_name()).into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": "object",
                "description": "One page of a list.",
                "properties": {
                    "items": {"type": "array", "items": generator.subschema_for::<T>()},
                    "page": {"type": "integer", "minimum": 1},
                    "page_size": {"type": "integer", "minimum": 1},
                    "total": {"type": "integer", "minimum": 0},
                    "has_more": {"type": "boolean"},
                },
                "required": ["items", "page", "page_size", "total", "has_more"],
            })
        }
    }
}

#[cfg(feature = "stream")]
mod stream {
    use axum::response::sse::Event;
    use futures_core::Stream;
    use schemars::json_schema;

    use super::{GenContext, Operation, OperationOutput, Response, add_problems, success};
    use crate::problem::{DEADLINE_EXCEEDED, ProblemTypes, Types};
    use crate::stream::{Ndjson, Sse};

    impl<S: Stream<Item = Result<Event, E>>, E: ProblemTypes> OperationOutput for Sse<S> {
        type Inner = Self;

        fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Response> {
            let text = json_schema!({"type": "string"});
            Some(success("Events, the last of which may be a problem.", "text/event-stream", text))
        }

        fn inferred_responses(
            ctx: &mut GenContext,
            operation: &mut Operation,
        ) -> Vec<(Option<u16>, Response)> {
            of_stream::<Self, E>(ctx, operation)
        }
    }

    impl<S: Stream<Item = Result<T, E>>, T, E: ProblemTypes> OperationOutput for Ndjson<S> {
        type Inner = Self;

        fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Response> {
            let text = json_schema!({"type": "string"});
            Some(success(
                "Values, the last of which may be a problem.",
                "application/x-ndjson",
                text,
            ))
        }

        fn inferred_responses(
            ctx: &mut GenContext,
            operation: &mut Operation,
        ) -> Vec<(Option<u16>, Response)> {
            of_stream::<Self, E>(ctx, operation)
        }
    }

    /// Documents the stream, and the problems before it.
    fn of_stream<T: OperationOutput, E: ProblemTypes>(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        const LATE: Types = Types { own: &[&DEADLINE_EXCEEDED], others: &[] };
        add_problems(ctx, operation, LATE);
        add_problems(ctx, operation, E::TYPES);
        let response = T::operation_response(ctx, operation);
        response.map(|it| (Some(200), it)).into_iter().collect()
    }
}
