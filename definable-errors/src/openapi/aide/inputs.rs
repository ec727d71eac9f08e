//! The extractors. A test compares them with those in the sources.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;

use super::merge::add_problems;
use crate::context::{Deadline, RequestContext};
use crate::problem::ProblemTypes;

/// Implements `OperationInput` for extractors whose problems are all there is to document.
macro_rules! guards {
    ($([$($generics:tt)*] $extractor:ty),+ $(,)?) => {
        $(
            impl<$($generics)*> OperationInput for $extractor {
                fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
                    add_problems(ctx, operation, <Self as ProblemTypes>::TYPES);
                }
            }
        )+
    };
}

guards! { [] RequestContext, [] Deadline }

#[cfg(feature = "router")]
guards! { [] crate::router::Public }

/// The input of the extractor inside; its problems are not known.
#[cfg(feature = "router")]
impl<T: OperationInput> OperationInput for crate::router::Undocumented<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        T::operation_input(ctx, operation);
    }
}

#[cfg(feature = "oauth")]
guards! { [] crate::oauth::Login, [] crate::oauth::Callback }

#[cfg(feature = "stream")]
guards! { [] crate::stream::LastEventId }

#[cfg(feature = "auth")]
mod auth {
    use super::{GenContext, Operation, OperationInput, ProblemTypes, add_problems};
    use crate::auth::{
        ApiKey, Authenticated, Bearer, InternalToken, MaybeAuthenticated, SocketAuthenticated,
    };

    guards! {
        [P] Authenticated<P>,
        [P] MaybeAuthenticated<P>,
        [P] SocketAuthenticated<P>,
        [P] ApiKey<P>,
        [] Bearer,
        [] InternalToken,
    }
}

#[cfg(feature = "rbac")]
mod rbac {
    use super::{GenContext, Operation, OperationInput, ProblemTypes, add_problems};
    use crate::rbac::{
        Concealed, HasRights, HasScopes, Member, NotFoundType, Organization, Require, RequireScope,
        Requirement, Scope,
    };

    guards! {
        [O: Organization] Member<O>,
        [R: Requirement, C: HasRights + ProblemTypes] Require<R, C>,
        [T: Scope, C: HasScopes + ProblemTypes] RequireScope<T, C>,
        [G: ProblemTypes, E: NotFoundType] Concealed<G, E>,
    }
}

#[cfg(feature = "extract")]
mod extract {
    use aide::openapi::{
        HeaderStyle, MediaType, Parameter, ParameterData, ParameterSchemaOrContent, QueryStyle,
        RequestBody, SchemaObject,
    };
    use aide::operation::{ParamLocation, add_parameters, parameters_from_schema, set_body};
    use schemars::{JsonSchema, Schema, json_schema};

    use super::{GenContext, Operation, OperationInput, ProblemTypes, add_problems};
    use crate::extract::{
        Batch, Extension, Form, HasRules, Header, IfMatch, IfNoneMatch, Input, Inputs, Json,
        Pagination, Path, Query, Valid, ValidAsync, ValidWith,
    };

    guards! { [T] Extension<T> }

    /// Implements `OperationInput` for extractors with parameters or a body.
    macro_rules! inputs {
        ($([$($generics:tt)*] $extractor:ty => $document:expr),+ $(,)?) => {
            $(
                impl<$($generics)*> OperationInput for $extractor {
                    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
                        let document: fn(&mut GenContext, &mut Operation) = $document;
                        document(ctx, operation);
                        add_problems(ctx, operation, <Self as ProblemTypes>::TYPES);
                    }
                }
            )+
        };
    }

    inputs! {
        [T: JsonSchema] Json<T> => body_of::<T>,
        [T: JsonSchema, const MAX: usize] Batch<T, MAX> => batch_of::<T, MAX>,
        [T: JsonSchema] Form<T> => form_of::<T>,
        [T: JsonSchema] Query<T> => |ctx, it| parameters_of::<T>(ctx, it, ParamLocation::Query),
        [T: JsonSchema] Path<T> => |ctx, it| parameters_of::<T>(ctx, it, ParamLocation::Path),
        [T: JsonSchema] Header<T> => |ctx, it| parameters_of::<T>(ctx, it, ParamLocation::Header),
        [const MAX: u32, const DEFAULT: u32] Pagination<MAX, DEFAULT> => page_of::<MAX, DEFAULT>,
        [] IfMatch => |ctx, it| condition(ctx, it, "If-Match"),
        [] IfNoneMatch => |ctx, it| condition(ctx, it, "If-None-Match"),
    }

    #[cfg(feature = "multipart")]
    inputs! {
        [] crate::extract::Multipart => |ctx, it| {
            set_body(ctx, it, body("multipart/form-data", json_schema!({"type": "object"})));
        },
    }

    fn body_of<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = ctx.schema.subschema_for::<T>();
        set_body(ctx, operation, body("application/json", schema));
    }

    fn batch_of<T: JsonSchema, const MAX: usize>(ctx: &mut GenContext, operation: &mut Operation) {
        let items = ctx.schema.subschema_for::<T>();
        let schema = json_schema!({"type": "array", "items": items, "maxItems": MAX});
        set_body(ctx, operation, body("application/json", schema));
    }

    fn form_of<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = ctx.schema.subschema_for::<T>();
        set_body(ctx, operation, body("application/x-www-form-urlencoded", schema));
    }

    fn body(media_type: &str, schema: Schema) -> RequestBody {
        let mut body = RequestBody { required: true, ..RequestBody::default() };
        let content = MediaType { schema: Some(schema_object(schema)), ..MediaType::default() };
        body.content.insert(media_type.to_owned(), content);
        body
    }

    const fn schema_object(json_schema: Schema) -> SchemaObject {
        SchemaObject { json_schema, external_docs: None, example: None }
    }

    fn parameters_of<T: JsonSchema>(
        ctx: &mut GenContext,
        operation: &mut Operation,
        location: ParamLocation,
    ) {
        let schema = ctx.schema.subschema_for::<T>();
        let parameters = parameters_from_schema(ctx, schema, location);
        add_parameters(ctx, operation, parameters);
    }

    fn page_of<const MAX: u32, const DEFAULT: u32>(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) {
        let number = |max: u32, default: u32| json_schema!({"type": "integer", "minimum": 1, "maximum": max, "default": default});
        let page = optional("page", "The number of the page, from 1.", number(u32::MAX, 1));
        let size = optional("page_size", "The number of items per page.", number(MAX, DEFAULT));
        let parameters = [page, size].map(|parameter_data| Parameter::Query {
            parameter_data,
            allow_reserved: false,
            style: QueryStyle::Form,
            allow_empty_value: None,
        });
        add_parameters(ctx, operation, parameters);
    }

    fn condition(ctx: &mut GenContext, operation: &mut Operation, name: &str) {
        let schema = json_schema!({"type": "string"});
        let parameter_data = optional(name, "Entity tags (RFC 9110 §13.1).", schema);
        let parameter = Parameter::Header { parameter_data, style: HeaderStyle::Simple };
        add_parameters(ctx, operation, [parameter]);
    }

    #[expect(
        clippy::default_trait_access,
        reason = "the maps are of a crate that aide does not re-export"
    )]
    fn optional(name: &str, description: &str, schema: Schema) -> ParameterData {
        ParameterData {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required: false,
            deprecated: None,
            format: ParameterSchemaOrContent::Schema(schema_object(schema)),
            example: None,
            examples: Default::default(),
            explode: None,
            extensions: Default::default(),
        }
    }

    /// Implements `OperationInput` for wrappers, which have the inputs and problems of what is in them.
    macro_rules! wrappers {
        ($([$($generics:tt)*] $wrapper:ty => $($inner:ident)+),+ $(,)?) => {
            $(
                impl<$($generics)*> OperationInput for $wrapper {
                    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
                        $($inner::operation_input(ctx, operation);)+
                    }
                }
            )+
        };
    }

    wrappers! {
        [E: HasRules + OperationInput] Valid<E> => E,
        [E: Input + OperationInput, C] ValidWith<E, C> => E,
        [E: Input + OperationInput] ValidAsync<E> => E,
        [A: OperationInput, B: OperationInput] Inputs<(A, B)> => A B,
        [A: OperationInput, B: OperationInput, C: OperationInput] Inputs<(A, B, C)> => A B C,
        [A: OperationInput, B: OperationInput, C: OperationInput, D: OperationInput]
            Inputs<(A, B, C, D)> => A B C D,
        [A: OperationInput, B: OperationInput, C: OperationInput, D: OperationInput,
            E: OperationInput] Inputs<(A, B, C, D, E)> => A B C D E,
        [A: OperationInput, B: OperationInput, C: OperationInput, D: OperationInput,
            E: OperationInput, F: OperationInput] Inputs<(A, B, C, D, E, F)> => A B C D E F,
        [A: OperationInput, B: OperationInput, C: OperationInput, D: OperationInput,
            E: OperationInput, F: OperationInput, G: OperationInput]
            Inputs<(A, B, C, D, E, F, G)> => A B C D E F G,
        [A: OperationInput, B: OperationInput, C: OperationInput, D: OperationInput,
            E: OperationInput, F: OperationInput, G: OperationInput, H: OperationInput]
            Inputs<(A, B, C, D, E, F, G, H)> => A B C D E F G H,
    }
}
