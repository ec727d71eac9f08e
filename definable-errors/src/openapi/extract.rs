//! The parameters and schemas of the types of [`extract`](crate::extract).

use std::borrow::Cow;

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, Required};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{IfMatch, IfNoneMatch, Page, Pagination};

/// The query parameters `page` and `page_size`.
impl<const MAX: u32, const DEFAULT: u32> IntoParams for Pagination<MAX, DEFAULT> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let page = number(u32::MAX, 1);
        let size = number(MAX, DEFAULT);
        vec![
            parameter("page", "The number of the page, from 1.", page),
            parameter("page_size", "The number of items per page.", size),
        ]
    }
}

/// The header field `If-Match`.
impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The states that the resource may have (RFC 9110 §13.1.1).";
        vec![condition("If-Match", description)]
    }
}

/// The header field `If-None-Match`.
impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The states that the resource may not have (RFC 9110 §13.1.2).";
        vec![condition("If-None-Match", description)]
    }
}

fn condition(name: &str, description: &str) -> Parameter {
    let tags = ObjectBuilder::new().schema_type(Type::String).pattern(Some(ENTITY_TAGS));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(tags))
        .build()
}

/// `*`, or a list of entity tags (RFC 9110 §8.8.3), which may have empty elements (§5.6.1).
const ENTITY_TAGS: &str = r#"^(\*|[ ,]*((W/)?"[!#-~]*"( *,[ ,]*| *$))*)$"#;

fn number(max: u32, default: u32) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    number.minimum(Some(1)).maximum(Some(max)).default(Some(default.into()))
}

fn parameter(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// The schema of a page: `Page_Order` if the items are of the schema `Order`.
impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        "Page".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// What the derive implements for types with parameters, and expects of such types.
impl<T: ToSchema> utoipa::__dev::ComposeSchema for Page<T> {
    fn compose(parameters: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let item = parameters.into_iter().next().unwrap_or_else(T::schema);
        let count = || ObjectBuilder::new().schema_type(Type::Integer);
        let flag = ObjectBuilder::new().schema_type(Type::Boolean);
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("One page of a list."))
            .property("items", ArrayBuilder::new().items(item))
            .required("items")
            .property("page", count().minimum(Some(1)).description(Some("The number of the page.")))
            .required("page")
            .property("page_size", count().minimum(Some(1)))
            .required("page_size")
            .property(
                "total",
                count().minimum(Some(0)).description(Some("The number of items on all pages.")),
            )
            .required("total")
            .property("has_more", flag.description(Some("Whether there is a page after this one.")))
            .required("has_more")
            .build()
            .into()
    }
}
