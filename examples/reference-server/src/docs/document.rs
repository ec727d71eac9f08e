//! The OpenAPI document: the operations beside their handlers, and the problems of the route table.

use definable_errors::guard::{Security, SecurityScheme};
use definable_errors::openapi::{Differences, ProblemResponses};
use definable_errors::rate_limit::RateLimit;
use definable_errors::router::GuardedRouter;
use definable_errors::stack::Stack;
use definable_errors::{ApiErrorLayer, Mode};
use utoipa::OpenApi;
use utoipa::openapi::Deprecated;
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme as Definition,
};

use crate::{
    AppState, accounts, catalog, debug, documents, health, hooks, jobs, kbs, members, oauth,
    search, socket, users, v0,
};

/// The service as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Knowledge-base API",
        description = "A knowledge-base API for organizations, in which every error response is a problem (RFC 9457).",
    ),
    servers((url = "/", description = "This server.")),
    tags(
        (name = "Knowledge bases", description = "Named collections of documents."),
        (name = "Documents", description = "Files and texts, and the search in them."),
        (name = "Jobs", description = "Work that goes on after the response."),
        (name = "Members", description = "The members of an organization, and their roles."),
        (name = "Accounts", description = "Logging in, and the caller's own data."),
        (name = "Sockets", description = "A connection for messages in both directions."),
        (name = "Service", description = "The service itself."),
    ),
)]
struct Service;

/// Describes the routes of a mode, and returns in what the description and the routes differ.
pub(crate) fn describe(
    routes: &GuardedRouter<AppState>,
    mode: Mode,
    errors: &ApiErrorLayer,
) -> (utoipa::openapi::OpenApi, Differences) {
    let mut document = Service::openapi();
    for operations in operations(mode) {
        document.merge(operations);
    }
    for (path, content_type) in FILES {
        let methods = vec![HttpMethod::Get];
        document.paths.add_path_operation(path, methods, file(path, content_type));
    }
    if let Some(removed) = document.paths.paths.get_mut("/api/v0/kbs") {
        removed.get.as_mut().expect("it has a GET").deprecated = Some(Deprecated::True);
    }
    let differences = ProblemResponses::new(routes.table())
        .errors(errors)
        .layer::<Stack<RateLimit>>()
        .define_scheme(SecurityScheme::bearer(), "access_token", access_token())
        .define_scheme(SecurityScheme::header("x-api-key"), "api_key", api_key())
        .define_scheme(SOCKET_PROTOCOL, "socket_protocol", socket_protocol())
        .define_scheme(SecurityScheme::query("token"), "query_token", query_token())
        .replace_scheme(SOCKET_PROTOCOL, of_sockets())
        .add_to(&mut document);
    (document, differences)
}

fn operations(mode: Mode) -> Vec<utoipa::openapi::OpenApi> {
    let mut operations = vec![
        kbs::Operations::openapi(),
        documents::Operations::openapi(),
        search::Operations::openapi(),
        jobs::Operations::openapi(),
        members::Operations::openapi(),
        accounts::Operations::openapi(),
        users::Operations::openapi(),
        hooks::Operations::openapi(),
        oauth::Operations::openapi(),
        socket::Operations::openapi(),
        v0::Operations::openapi(),
        health::Operations::openapi(),
        catalog::Operations::openapi(),
        super::Operations::openapi(),
    ];
    if mode == Mode::Development {
        operations.push(debug::Operations::openapi());
    }
    operations
}

/// The page under `/` and its files.
const FILES: [(&str, &str); 5] = [
    ("/", "text/html"),
    ("/page/page.css", "text/css"),
    ("/page/page.js", "text/javascript"),
    ("/page/event-reader.js", "text/javascript"),
    ("/page/problem-events.js", "text/javascript"),
];

fn file(path: &str, content_type: &str) -> Operation {
    let summary = match path {
        "/" => "Returns a page that starts jobs and shows their events.",
        _ => "Returns a file of the page under `/`.",
    };
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let response = ResponseBuilder::new()
        .description("The file.")
        .content(content_type, Content::new(Some(text)));
    let name = path.trim_start_matches('/').replace(['/', '.', '-'], "_");
    OperationBuilder::new()
        .operation_id(Some(if name.is_empty() { "page".to_owned() } else { name }))
        .tag("Service")
        .summary(Some(summary))
        .response("200", response.build())
        .build()
}

/// The header in which browsers send the token of a socket.
const SOCKET_PROTOCOL: SecurityScheme = SecurityScheme::ApiKey {
    location: definable_errors::guard::ApiKeyLocation::Header,
    name: std::borrow::Cow::Borrowed("sec-websocket-protocol"),
};

/// The layer around all routes also accepts the token of a handshake in the query.
fn of_sockets() -> Security {
    Security::new(SOCKET_PROTOCOL).or(Security::new(SecurityScheme::query("token")))
}

fn access_token() -> Definition {
    let mut http = Http::new(HttpAuthScheme::Bearer);
    http.bearer_format = Some("JWT".to_owned());
    http.description = Some("The access token of a login.".to_owned());
    Definition::Http(http)
}

fn api_key() -> Definition {
    let description = "The API key of a program.";
    Definition::ApiKey(ApiKey::Header(ApiKeyValue::with_description("x-api-key", description)))
}

fn socket_protocol() -> Definition {
    let description = "The protocols of a handshake: `access_token`, then an access token.";
    let value = ApiKeyValue::with_description("sec-websocket-protocol", description);
    Definition::ApiKey(ApiKey::Header(value))
}

fn query_token() -> Definition {
    let description = "An access token, for handshakes alone.";
    Definition::ApiKey(ApiKey::Query(ApiKeyValue::with_description("token", description)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(mode: Mode) -> String {
        describe(&crate::routes(mode), mode, &ApiErrorLayer::new()).1.to_string()
    }

    #[test]
    fn document_describes_every_route_and_nothing_else() {
        assert_eq!(differences(Mode::Production), "");
    }

    /// A provider is not an API of this service.
    #[test]
    fn only_the_provider_of_development_mode_is_not_described() {
        let described = differences(Mode::Development);
        assert!(described.lines().all(|line| line.contains(" /demo-provider/")), "{described}");
        assert_eq!(described.lines().count(), 3, "{described}");
    }
}
