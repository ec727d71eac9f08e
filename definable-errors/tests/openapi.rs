//! Tests of OpenAPI documents: what is added to them, and what is kept.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post};
use axum::extract::FromRequestParts;
use definable_errors::auth::Bearer;
use definable_errors::extract::{
    self, Batch, BatchAnswer, IfMatch, Inputs, Page, Pagination, Rules, Valid, Violations,
};
use definable_errors::guard::{
    RouteGuard, RoutePolicy, RouteTable, Security, SecurityRequirement, SecurityScheme,
};
use definable_errors::openapi::{Difference, Differences, OpenApiExt, ProblemResponses};
use definable_errors::problem::{
    CONFLICT, ErrorStatus, FORBIDDEN, JsonType, MALFORMED_BODY, METHOD_NOT_ALLOWED,
    MISSING_CREDENTIALS, MemberSchema, MemberType, NOT_FOUND, OVERLOADED, ProblemType,
    ProblemTypes, RATE_LIMITED, TOKEN_EXPIRED, Types, UNAUTHORIZED, UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED, type_for_status,
};
use definable_errors::rate_limit::RateLimit;
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stack::Stack;
use definable_errors::{ApiError, ApiErrorLayer, Declared};
use http::StatusCode;
use http::request::Parts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{Object, Ref};
use utoipa::openapi::security::{
    Http, HttpAuthScheme, SecurityRequirement as Requirement, SecurityScheme as Definition,
};
use utoipa::openapi::{Content, OpenApi, Response};
use utoipa::{IntoParams, PartialSchema, ToSchema};

const PROBLEM: &str = "application/problem+json";

/// A guard with the security that a test needs.
struct Caller;

impl RouteGuard for Caller {
    fn policy() -> String {
        "callers with kb:read".to_owned()
    }

    fn security() -> Security {
        Security::new(SecurityScheme::bearer()).with_scopes(["kb:read"])
    }
}

impl ProblemTypes for Caller {
    const TYPES: Types = Types { own: &[&MISSING_CREDENTIALS, &TOKEN_EXPIRED], others: &[] };
}

struct Open;

impl RouteGuard for Open {
    fn policy() -> String {
        "public".to_owned()
    }
}

impl ProblemTypes for Open {
    const TYPES: Types = Types::EMPTY;
}

static ORDER_NOT_FOUND: ProblemType =
    ProblemType::new("order_not_found", ErrorStatus::NOT_FOUND, "Order not found")
        .with_documentation("The order does not exist,\nor is another customer's.\n\nMore.")
        .with_members(&[
            MemberSchema::new("order_id", u8::TYPE),
            MemberSchema::new("carrier", JsonType::OneOf(&["dhl", "ups"])),
            MemberSchema::new("traces", <Vec<Option<uuid::Uuid>>>::TYPE),
        ]);

const OF_ORDER: Types = Types { own: &[&ORDER_NOT_FOUND], others: &[] };

fn document(operations: &[(HttpMethod, &str)]) -> OpenApi {
    let mut document = OpenApi::default();
    for (method, path) in operations {
        let operation = OperationBuilder::new().response("200", Response::new("Done."));
        document.paths.add_path_operation(path, vec![method.clone()], operation);
    }
    document
}

fn table(routes: impl IntoIterator<Item = RoutePolicy>) -> RouteTable {
    routes.into_iter().collect()
}

fn json(document: &OpenApi) -> Value {
    serde_json::to_value(document).unwrap()
}

/// Returns the document of `GET /` with these problem types.
fn with(types: Types) -> Value {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    let route = RoutePolicy::guarded::<Open>("GET", "/").with_problem_types(types);
    let differences = document.add_problems(&table([route]));
    assert_eq!(differences.to_string(), "");
    json(&document)
}

fn responses(document: &Value) -> &Value {
    &document["paths"]["/"]["get"]["responses"]
}

fn header<'a>(document: &'a Value, status: &str, name: &str) -> &'a Value {
    let reference = responses(document)[status]["headers"][name]["$ref"].as_str();
    reference.map_or(&Value::Null, |it| document.pointer(&it[1..]).unwrap())
}

fn lines(differences: &Differences) -> Vec<String> {
    differences.iter().map(Difference::to_string).collect()
}

#[test]
fn response_of_one_type_refers_to_its_schema_and_example() {
    let document = with(OF_ORDER);
    assert_eq!(
        responses(&document)["404"],
        json!({
            "description": "The order does not exist, or is another customer's.",
            "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
            "content": {PROBLEM: {
                "schema": {"$ref": "#/components/schemas/OrderNotFoundProblem"},
                "examples": {"order_not_found": {"$ref": "#/components/examples/order_not_found_404"}}
            }}
        })
    );
    assert_eq!(
        document["components"]["schemas"]["OrderNotFoundProblem"],
        json!({
            "title": "Order not found",
            "description": ORDER_NOT_FOUND.documentation(),
            "allOf": [
                {"$ref": "#/components/schemas/Problem"},
                {
                    "type": "object",
                    "required": ["code", "status"],
                    "properties": {
                        "code": {"type": "string", "enum": ["order_not_found"]},
                        "status": {"type": "integer", "enum": [404]},
                        "order_id":
                            {"type": "integer", "format": "int32", "minimum": 0, "maximum": 255},
                        "carrier": {"type": "string", "enum": ["dhl", "ups"]},
                        "traces": {
                            "type": "array",
                            "items": {"oneOf": [
                                {"type": "string", "format": "uuid"},
                                {"type": "null"}
                            ]}
                        }
                    }
                }
            ]
        })
    );
    let example = &document["components"]["examples"]["order_not_found_404"];
    assert_eq!(example["summary"], "Order not found");
    let example = &example["value"];
    assert_eq!(example["type"], "/problems/order_not_found");
    assert_eq!((&example["status"], &example["order_id"]), (&json!(404), &json!(42)));
    assert_eq!((&example["carrier"], example["traces"][0].is_string()), (&json!("dhl"), true));
    assert!(example["request_id"].is_string() && example["instance"].is_string());
}

/// utoipa's derive keeps only the last of several variants with one status.
#[test]
fn several_types_of_one_status_are_exactly_one_of_them() {
    const TYPES: Types = Types { own: &[&VALIDATION_FAILED, &MALFORMED_BODY], others: &[] };
    let document = with(TYPES);
    let response = &responses(&document)["400"];
    assert_eq!(
        response["description"],
        "- `malformed_body`: Malformed body\n- `validation_failed`: Validation failed"
    );
    let content = &response["content"][PROBLEM];
    let malformed = "#/components/schemas/MalformedBodyProblem";
    let invalid = "#/components/schemas/ValidationFailedProblem";
    assert_eq!(
        content["schema"],
        json!({
            "oneOf": [{"$ref": malformed}, {"$ref": invalid}],
            "discriminator": {
                "propertyName": "code",
                "mapping": {"malformed_body": malformed, "validation_failed": invalid}
            }
        })
    );
    assert_eq!(content["examples"].as_object().unwrap().len(), 2);
    let example = &document["components"]["examples"]["validation_failed_400"]["value"];
    assert_eq!(example["errors"][0]["pointer"], "#/qty");
}

#[test]
fn every_operation_can_have_an_internal_error() {
    let document = with(Types::EMPTY);
    let statuses: Vec<_> = responses(&document).as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200", "500"]);
}

#[test]
fn headers_are_those_that_clients_receive() {
    const TYPES: Types = Types {
        own: &[
            &UNAUTHORIZED,
            &METHOD_NOT_ALLOWED,
            &UNSUPPORTED_MEDIA_TYPE,
            &RATE_LIMITED,
            &OVERLOADED,
            type_for_status(ErrorStatus::UPGRADE_REQUIRED),
        ],
        others: &[],
    };
    let document = with(TYPES);
    let found = |status: &str| {
        let headers = responses(&document)[status]["headers"].as_object().unwrap().keys();
        let is_required = |name: &String| header(&document, status, name)["required"] == true;
        headers
            .map(|name| format!("{name}{}", if is_required(name) { "" } else { "?" }))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let limited = "RateLimit-Policy? RateLimit?";
    let of = |own: &str| {
        let mut names: Vec<_> =
            format!("{limited} {own} X-Request-Id").split_whitespace().map(str::to_owned).collect();
        names.sort_by_key(|name| name.trim_end_matches('?').to_owned());
        names.join(" ")
    };
    assert_eq!(found("200"), of(""));
    assert_eq!(found("401"), of("WWW-Authenticate"));
    assert_eq!(found("405"), of("Allow"));
    assert_eq!(found("415"), of("Accept? Accept-Encoding?"));
    assert_eq!(found("426"), of("Upgrade"));
    assert_eq!(found("429"), of("Retry-After"));
    assert_eq!(found("503"), of("Retry-After"));
    assert_eq!(found("500"), of(""));
}

#[test]
fn header_of_some_types_of_a_status_is_not_required() {
    static BUSY: ProblemType = ProblemType::new("busy", ErrorStatus::CONFLICT, "Busy")
        .with_retry_after(Duration::from_secs(1));
    const TYPES: Types = Types { own: &[&BUSY, &CONFLICT], others: &[] };
    let document = with(TYPES);
    let wait = header(&document, "409", "Retry-After");
    assert_eq!(wait["schema"], json!({"type": "integer", "minimum": 0}));
    assert_eq!(wait["required"], Value::Null);
}

#[test]
fn guard_becomes_a_security_requirement_with_its_permissions() {
    let mut document = document(&[(HttpMethod::Get, "/"), (HttpMethod::Get, "/open")]);
    let routes = table([
        RoutePolicy::guarded::<Caller>("GET", "/"),
        RoutePolicy::guarded::<Open>("GET", "/open"),
    ]);
    assert!(document.add_problems(&routes).is_empty());
    let document = json(&document);
    let operation = &document["paths"]["/"]["get"];
    assert_eq!(operation["security"], json!([{"bearer": ["kb:read"]}]));
    assert_eq!(operation["x-callers"], "callers with kb:read");
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({"bearer": {"type": "http", "scheme": "bearer"}})
    );
    let open = &document["paths"]["/open"]["get"];
    assert_eq!((&open["security"], &open["x-callers"]), (&Value::Null, &json!("public")));
}

/// Otherwise the default of the document would apply.
#[test]
fn public_route_says_so_if_the_document_has_a_default_security() {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    document.security = Some(vec![Requirement::new("bearer", [""; 0])]);
    let open = table([RoutePolicy::guarded::<Open>("GET", "/")]);
    assert!(document.add_problems(&open).is_empty());
    assert_eq!(json(&document)["paths"]["/"]["get"]["security"], json!([]));
}

struct Anyone;

impl RouteGuard for Anyone {
    fn policy() -> String {
        "anyone".to_owned()
    }

    fn security() -> Security {
        let own = SecurityScheme::Http { scheme: "DPoP".into(), bearer_format: None };
        let provider = SecurityScheme::OpenIdConnect { url: "https://id.example.com/".into() };
        Security::new(own)
            .or(Security::new(SecurityScheme::query("api key")))
            .or(Security::new(SecurityScheme::cookie("session")))
            .or(Security::new(SecurityScheme::header("session")))
            .or(Security::new(SecurityScheme::MutualTls).and(Security::new(provider)))
            .optional()
    }
}

impl ProblemTypes for Anyone {
    const TYPES: Types = Types::EMPTY;
}

#[test]
fn every_kind_of_scheme_has_a_definition_and_a_legal_name() {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    assert!(document.add_problems(&table([RoutePolicy::guarded::<Anyone>("GET", "/")])).is_empty());
    let document = json(&document);
    assert_eq!(
        document["paths"]["/"]["get"]["security"],
        json!([
            {"DPoP": []},
            {"api_key": []},
            {"session": []},
            {"session_header": []},
            {"mutual_tls": [], "open_id_connect": []},
            {}
        ])
    );
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["DPoP"]["name"], "Authorization");
    assert_eq!(schemes["api_key"], json!({"type": "apiKey", "in": "query", "name": "api key"}));
    assert_eq!(schemes["session"]["in"], "cookie");
    assert_eq!(schemes["session_header"]["in"], "header");
    assert_eq!(schemes["mutual_tls"]["type"], "mutualTLS");
    assert_eq!(schemes["open_id_connect"]["openIdConnectUrl"], "https://id.example.com/");
}

#[test]
fn scheme_that_the_document_defines_keeps_its_name() {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    let mut http = Http::new(HttpAuthScheme::Bearer);
    http.bearer_format = Some("JWT".to_owned());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", Definition::Http(http));
    assert!(document.add_problems(&table([RoutePolicy::guarded::<Caller>("GET", "/")])).is_empty());
    let document = json(&document);
    assert_eq!(document["paths"]["/"]["get"]["security"], json!([{"token": ["kb:read"]}]));
    assert_eq!(document["components"]["securitySchemes"].as_object().unwrap().len(), 1);
}

#[test]
fn replaced_scheme_keeps_its_scopes() {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    let routes = table([RoutePolicy::guarded::<Caller>("GET", "/")]);
    let either = Security::new(SecurityScheme::bearer())
        .or(Security::new(SecurityScheme::cookie("__Host-token")));
    let differences = ProblemResponses::new(&routes)
        .replace_scheme(SecurityScheme::bearer(), either)
        .define_scheme(
            SecurityScheme::bearer(),
            "access_token",
            Definition::Http(Http::new(HttpAuthScheme::Bearer)),
        )
        .add_to(&mut document);
    assert!(differences.is_empty());
    let document = json(&document);
    assert_eq!(
        document["paths"]["/"]["get"]["security"],
        json!([{"access_token": ["kb:read"]}, {"__Host-token": ["kb:read"]}])
    );
    assert!(SecurityRequirement::default().schemes().next().is_none());
}

#[test]
fn statuses_and_the_base_are_those_of_the_layer() {
    const TYPES: Types = Types { own: &[&VALIDATION_FAILED, &FORBIDDEN], others: &[] };
    let mut document = document(&[(HttpMethod::Get, "/")]);
    let route = RoutePolicy::guarded::<Open>("GET", "/").with_problem_types(TYPES);
    let layer = ApiErrorLayer::new()
        .problem_base("https://errors.example.com/")
        .validation_status(definable_errors::layer::ValidationStatus::new(400).body(422))
        .status_of(&FORBIDDEN, StatusCode::NOT_FOUND);
    let routes = table([route]);
    let differences = ProblemResponses::new(&routes).errors(&layer).add_to(&mut document);
    assert!(differences.is_empty());
    let document = json(&document);
    let statuses: Vec<_> = responses(&document).as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200", "400", "404", "422", "500"]);
    let schema = &document["components"]["schemas"]["ValidationFailedProblem"]["allOf"][1];
    assert_eq!(schema["properties"]["status"]["enum"], json!([400, 422]));
    let example = &document["components"]["examples"]["forbidden_404"]["value"];
    assert_eq!(example["type"], "https://errors.example.com/forbidden");
    assert_eq!(example["status"], 404);
}

#[test]
fn problems_of_layers_are_in_every_operation() {
    let mut document = document(&[(HttpMethod::Get, "/"), (HttpMethod::Put, "/")]);
    let routes =
        table([RoutePolicy::guarded::<Open>("GET", "/"), RoutePolicy::guarded::<Open>("PUT", "/")]);
    let differences =
        ProblemResponses::new(&routes).layer::<Stack<RateLimit>>().add_to(&mut document);
    assert!(differences.is_empty());
    let document = json(&document);
    for method in ["get", "put"] {
        let responses = document["paths"]["/"][method]["responses"].as_object().unwrap();
        assert!(["413", "429", "503"].iter().all(|it| responses.contains_key(*it)), "{method}");
    }
}

#[test]
fn what_is_written_by_hand_is_kept_and_completed() {
    const TYPES: Types = Types { own: &[&ORDER_NOT_FOUND, &CONFLICT], others: &[] };
    let mut document = OpenApi::default();
    let by_hand = ResponseBuilder::new()
        .description("No such order.")
        .content("application/json", Content::new(Some(Ref::from_schema_name("Old"))));
    let other = ResponseBuilder::new()
        .description("Taken.")
        .content(PROBLEM, Content::new(Some(Object::new())));
    let operation = OperationBuilder::new()
        .response("404", by_hand.build())
        .response("409", other.build())
        .response("500", Ref::from_response_name("Failed"))
        .security(Requirement::new("other", [""; 0]));
    document.paths.add_path_operation("/", vec![HttpMethod::Get], operation);
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), Object::new().into());
    let before = json(&document);

    let route = RoutePolicy::guarded::<Caller>("GET", "/").with_problem_types(TYPES);
    let routes = table([route]);
    let differences = document.add_problems(&routes);
    assert_eq!(
        lines(&differences),
        [
            "GET /: the document describes 409 in another way",
            "GET /: the document describes 500 in another way",
            "GET /: the document has another `security` than the guard",
            "components/schemas/Problem: the document has another one of this name",
        ]
    );
    let after = json(&document);
    let found = &responses(&after)["404"];
    assert_eq!(found["description"], "No such order.");
    assert!(found["content"]["application/json"].is_object(), "{found}");
    assert!(found["content"][PROBLEM].is_object(), "{found}");
    let kept = |pointer: &str| assert_eq!(before.pointer(pointer), after.pointer(pointer));
    kept("/paths/~1/get/responses/409/content");
    kept("/paths/~1/get/responses/500");
    kept("/paths/~1/get/security");
    kept("/components/schemas/Problem");

    // The same again changes nothing, and reports the same.
    assert_eq!(document.add_problems(&routes), differences);
    assert_eq!(json(&document), after);
}

#[test]
fn adding_twice_is_no_difference() {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    let routes = table([RoutePolicy::guarded::<Caller>("GET", "/").with_problem_types(OF_ORDER)]);
    assert!(document.add_problems(&routes).is_empty());
    let once = json(&document);
    assert!(document.add_problems(&routes).is_empty());
    assert_eq!(json(&document), once);
}

#[test]
fn routes_and_operations_without_the_other_are_reported() {
    let mut document = document(&[(HttpMethod::Get, "/a/{id}"), (HttpMethod::Put, "/a/{id}")]);
    let routes = table([
        RoutePolicy::guarded::<Open>("GET", "/a/{*rest}"),
        RoutePolicy::guarded::<Open>("POST", "/a/{id}"),
        RoutePolicy::raw("files"),
        RoutePolicy::fallback::<Open>(),
    ]);
    let differences = document.add_problems(&routes);
    assert_eq!(
        lines(&differences),
        [
            "POST /a/{id}: the document does not describe this route",
            "PUT /a/{id}: the document describes it, but there is no such route",
        ]
    );
    let document = json(&document);
    assert!(document["paths"]["/a/{id}"]["get"]["responses"]["500"].is_object());
    assert!(document["paths"]["/a/{id}"]["put"]["responses"]["500"].is_null());
}

#[test]
fn response_to_head_has_no_content() {
    let mut document = document(&[(HttpMethod::Head, "/")]);
    let route = RoutePolicy::guarded::<Open>("GET", "/").with_problem_types(OF_ORDER);
    let differences = document.add_problems(&table([route]));
    assert_eq!(lines(&differences), ["GET /: the document does not describe this route"]);
    let response = &json(&document)["paths"]["/"]["head"]["responses"]["404"];
    assert!(response["description"].is_string() && response["content"].is_null(), "{response}");
}

#[test]
fn undocumented_route_may_have_any_problem() {
    let mut document = document(&[(HttpMethod::Get, "/")]);
    let route = RoutePolicy::guarded::<Open>("GET", "/").with_problem_types(Types::UNDOCUMENTED);
    let differences = document.add_problems(&table([route]));
    assert_eq!(lines(&differences), ["GET /: the problems of this route are not known completely"]);
    let any = &json(&document)["paths"]["/"]["get"]["responses"]["default"];
    assert_eq!(any["content"][PROBLEM]["schema"]["$ref"], "#/components/schemas/Problem");
}

#[test]
fn query_and_other_methods_are_found() {
    let mut document = OpenApi::default();
    let mut item = PathItem::default();
    item.query = Some(Operation::new());
    item.additional_operations.insert("PURGE".to_owned(), Operation::new());
    document.paths.paths.insert("/".to_owned(), item);
    let routes = table([
        RoutePolicy::guarded::<Open>("QUERY", "/"),
        RoutePolicy::guarded::<Open>("PURGE", "/"),
    ]);
    assert!(document.add_problems(&routes).is_empty());
    let item = &json(&document)["paths"]["/"];
    assert!(item["query"]["responses"]["500"].is_object());
    assert!(item["additionalOperations"]["PURGE"]["responses"]["500"].is_object());
}

#[test]
fn problem_and_violation_are_schemas_for_bodies_of_a_service() {
    #[derive(ToSchema)]
    #[expect(dead_code, reason = "it is only described")]
    struct Outcome {
        problem: definable_errors::problem::Problem,
        page: Page<Item>,
    }
    let mut schemas = Vec::new();
    Outcome::schemas(&mut schemas);
    let names: BTreeSet<_> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.is_superset(&BTreeSet::from(["Problem", "Violation", "Item", "Page_Item"])),
        "{names:?}"
    );
    let outcome = serde_json::to_value(Outcome::schema()).unwrap();
    assert_eq!(outcome["properties"]["problem"]["$ref"], "#/components/schemas/Problem");
    assert_eq!(outcome["properties"]["page"]["$ref"], "#/components/schemas/Page_Item");
    let (_, page) = schemas.iter().find(|(name, _)| name == "Page_Item").unwrap();
    let page = serde_json::to_value(page).unwrap();
    let item = &page["properties"]["items"]["items"];
    assert_eq!(item["properties"]["article"]["type"], "string");
    let written = serde_json::to_value(Page::<()>::new(Pagination::<9, 5>::default(), vec![], 0));
    let members: BTreeSet<_> = written.unwrap().as_object().unwrap().keys().cloned().collect();
    let described = page["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, described);
}

#[test]
fn pagination_and_conditions_describe_their_parameters() {
    let parameters = Pagination::<50, 10>::into_params(|| None);
    let parameters = serde_json::to_value(parameters).unwrap();
    assert_eq!(parameters[0]["name"], "page");
    assert_eq!(
        parameters[1]["schema"],
        json!({"type": "integer", "minimum": 1, "maximum": 50, "default": 10})
    );
    assert_eq!(
        (&parameters[1]["in"], &parameters[1]["required"]),
        (&json!("query"), &json!(false))
    );
    let condition = serde_json::to_value(IfMatch::into_params(|| None)).unwrap();
    assert_eq!(
        (&condition[0]["name"], &condition[0]["in"]),
        (&json!("If-Match"), &json!("header"))
    );
}

// What aide makes of handlers.

#[derive(Deserialize, Serialize, JsonSchema, ToSchema)]
struct Item {
    article: String,
}

impl Rules for Item {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("article", &self.article).length(1..);
    }
}

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    #[error("the order was already paid")]
    #[api(status = 409, retry_after = 1)]
    Paid,
}

fn aide_document(router: ApiRouter) -> Value {
    let mut document = aide::openapi::OpenApi::default();
    let _: axum::Router = router.finish_api(&mut document);
    serde_json::to_value(document).unwrap()
}

fn codes(response: &Value) -> Vec<&str> {
    let examples = response["content"][PROBLEM]["examples"].as_object().unwrap();
    examples.keys().map(String::as_str).collect()
}

async fn replace(
    _: Bearer,
    Inputs((if_match, Valid(extract::Json(item)))): Inputs<(IfMatch, Valid<extract::Json<Item>>)>,
) -> Result<extract::Json<Item>, Declared<OrderError>> {
    match item.article.as_str() {
        "paid" => Err(OrderError::Paid)?,
        "none" => Err(OrderError::NotFound { id: 1 })?,
        _ => {}
    }
    drop(if_match);
    Ok(extract::Json(item))
}

#[test]
fn aide_documents_the_problems_of_all_arguments_and_of_the_error() {
    let document = aide_document(ApiRouter::new().api_route("/items", post(replace)));
    let operation = &document["paths"]["/items"]["post"];
    let responses = &operation["responses"];
    let statuses: Vec<_> = responses.as_object().unwrap().keys().collect();
    for status in ["200", "400", "401", "404", "408", "409", "413", "415", "500"] {
        assert!(statuses.iter().any(|it| *it == status), "{status}: {statuses:?}");
    }
    assert_eq!(
        codes(&responses["400"]),
        ["invalid_authorization", "malformed_body", "validation_failed"]
    );
    let schema = &responses["400"]["content"][PROBLEM]["schema"];
    assert_eq!(schema["oneOf"].as_array().unwrap().len(), 3);
    // Only one of the three has a challenge.
    let challenge = &responses["400"]["headers"]["WWW-Authenticate"];
    assert!(challenge["schema"].is_object() && challenge["required"].is_null(), "{challenge}");
    assert_eq!(responses["401"]["headers"]["WWW-Authenticate"]["required"], true);
    assert_eq!(responses["409"]["headers"]["Retry-After"]["required"], true);
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["$ref"], "#/components/schemas/Item");
    assert_eq!(operation["parameters"][0]["name"], "If-Match");
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in ["Problem", "Violation", "OrderNotFoundProblem", "MalformedBodyProblem"] {
        assert!(schemas.contains_key(name), "{name}");
    }
    assert_references_resolve(&document);
}

/// Asserts that every `$ref` leads somewhere.
fn assert_references_resolve(document: &Value) {
    fn visit(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|it| visit(it, found));
            }
            Value::Array(items) => items.iter().for_each(|it| visit(it, found)),
            _ => {}
        }
    }
    let mut references = Vec::new();
    visit(document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

#[test]
fn every_reference_of_a_document_resolves() {
    const TYPES: Types =
        Types { own: &[&NOT_FOUND], others: &[OF_ORDER, <RateLimit as ProblemTypes>::TYPES] };
    let document = with(TYPES);
    assert_references_resolve(&document);
}

async fn list(
    _: Public,
    pagination: Pagination<50>,
) -> Result<extract::Json<Page<Item>>, ApiError> {
    Ok(extract::Json(Page::new(pagination, Vec::new(), 0)))
}

async fn create(_: Public, Valid(batch): Valid<Batch<Item, 10>>) -> BatchAnswer<Item> {
    batch.each(async |item| Ok::<_, ApiError>(item)).await.into_created("item")
}

#[test]
fn aide_documents_pages_batches_and_unknown_errors() {
    let document = aide_document(
        ApiRouter::new()
            .api_route("/items", get_with(list, |it| it.summary("Lists the items.")).post(create)),
    );
    let item = &document["paths"]["/items"];
    assert_eq!(item["get"]["summary"], "Lists the items.");
    assert_eq!(
        item["get"]["responses"]["default"]["content"][PROBLEM]["schema"]["$ref"],
        "#/components/schemas/Problem"
    );
    let names: Vec<_> = item["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["page", "page_size"]);
    let page = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(page["$ref"], "#/components/schemas/Page_of_Item");
    let batch = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!((&batch["type"], &batch["maxItems"]), (&json!("array"), &json!(10)));
    assert!(item["post"]["responses"]["207"].is_object());
    assert_references_resolve(&document);
}

/// A table and aide describe the same problems.
#[test]
fn aide_and_the_route_table_agree() {
    let routes: GuardedRouter = GuardedRouter::new().post("/items", replace_guarded);
    let route = routes.table().iter().next().unwrap();
    let of_table: BTreeSet<_> =
        route.problem_types().iter().map(|it| (it.status().as_u16(), it.code())).collect();
    let document = aide_document(ApiRouter::new().api_route("/items", post(replace_guarded)));
    let responses = document["paths"]["/items"]["post"]["responses"].as_object().unwrap();
    let of_aide: BTreeSet<_> = responses
        .iter()
        .filter(|(status, _)| *status != "200")
        .flat_map(|(status, it)| codes(it).into_iter().map(|code| (status.parse().unwrap(), code)))
        .collect();
    assert_eq!(of_table, of_aide);
}

async fn replace_guarded(
    _: Public,
    extract::Json(item): extract::Json<Item>,
) -> Result<extract::Json<Item>, Declared<OrderError>> {
    Ok(extract::Json(item))
}

/// An extractor of another crate, so that the imports of this file are those of a service.
struct Language(Cow<'static, str>);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let language = parts.headers.get("accept-language").and_then(|it| it.to_str().ok());
        let language = language.ok_or_else(|| ApiError::bad_request("Send a language."))?;
        Ok(Self(language.to_owned().into()))
    }
}

impl aide::OperationInput for Language {}

#[test]
fn aide_takes_other_extractors_beside_ours() {
    async fn greet(_: Public, language: Language) -> Result<String, Declared<OrderError>> {
        Ok(language.0.into_owned())
    }
    let document = aide_document(ApiRouter::new().api_route("/", aide::axum::routing::get(greet)));
    assert!(document["paths"]["/"]["get"]["responses"]["404"].is_object());
}
