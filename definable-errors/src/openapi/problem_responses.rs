//! Adds the problems of a route table to a document.

use std::borrow::Cow;
use std::fmt;

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityScheme as Definition;
use utoipa::openapi::{OpenApi, RefOr};

use super::components::{HasContent, Shared};
use super::differences::{Difference, Differences, Endpoint};
use super::headers;
use super::paths::{Operations, route_of};
use super::response;
use super::security::Schemes;
use crate::guard::{RoutePolicy, RouteTable, Security, SecurityScheme};
use crate::layer::ApiErrorLayer;
use crate::problem::{ErrorStatus, INTERNAL_ERROR, ProblemType, ProblemTypes, RATE_LIMITED, Types};
use crate::respond::DEFAULT_BASE;

/// The problems of a route table, with the settings that the document has to know.
///
/// [`add_to`](Self::add_to) adds them to a document. The [module](super) describes what is added.
///
/// ```
/// # #[cfg(all(feature = "router", feature = "stack", feature = "extract"))] {
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::openapi::ProblemResponses;
/// use definable_errors::router::{GuardedRouter, Public};
/// use definable_errors::stack::Stack;
/// use utoipa::OpenApi;
///
/// #[utoipa::path(get, path = "/health", responses((status = 200, body = String)))]
/// async fn health(_: Public) -> &'static str {
///     "ok"
/// }
///
/// #[derive(OpenApi)]
/// #[openapi(paths(health))]
/// struct Api;
///
/// let routes: GuardedRouter = GuardedRouter::new().get("/health", health);
/// let errors = ApiErrorLayer::new().problem_base("https://errors.example.com/");
///
/// let mut document = Api::openapi();
/// let differences = ProblemResponses::new(routes.table())
///     .errors(&errors)     // the base of `type`, and the statuses that the service has changed
///     .layer::<Stack>()    // the problems of the layers around the whole service
///     .add_to(&mut document);
///
/// assert!(differences.is_empty(), "{differences}");
/// let document = serde_json::to_value(&document).unwrap();
/// let overloaded = &document["components"]["examples"]["overloaded_503"]["value"];
/// assert_eq!(overloaded["type"], "https://errors.example.com/overloaded");
/// # }
/// ```
#[must_use = "nothing is added before `add_to`"]
pub struct ProblemResponses<'a> {
    table: &'a RouteTable,
    errors: Option<ApiErrorLayer>,
    layers: Vec<Types>,
    definitions: Vec<(SecurityScheme, String, Definition)>,
    replaced: Vec<(SecurityScheme, Security)>,
}

impl<'a> ProblemResponses<'a> {
    /// Creates it with the routes of a table, such as that of a `GuardedRouter`.
    pub const fn new(table: &'a RouteTable) -> Self {
        Self {
            table,
            errors: None,
            layers: Vec::new(),
            definitions: Vec::new(),
            replaced: Vec::new(),
        }
    }

    /// Reads the base of `type` and the statuses that the service has changed from its layer.
    ///
    /// What [`ApiErrorLayer::map`] and [`ApiErrorLayer::render`] change in a body is not known here.
    pub fn errors(self, layer: &ApiErrorLayer) -> Self {
        Self { errors: Some(layer.clone()), ..self }
    }

    /// Adds the problem types of a layer around the whole service to every operation.
    pub fn layer<L: ProblemTypes>(mut self) -> Self {
        self.layers.push(L::TYPES);
        self
    }

    /// Publishes a security scheme under a name, with a definition of your own: a description, the
    /// format of a token, or an OAuth flow in endpoint of a plain bearer token.
    ///
    /// Without it, a scheme that the document already defines keeps its name, and any other one is
    /// named after its HTTP scheme, its header, its query parameter or its cookie.
    ///
    /// ```
    /// use definable_errors::guard::{RouteTable, SecurityScheme};
    /// use definable_errors::openapi::ProblemResponses;
    /// use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme as Definition};
    ///
    /// let mut http = Http::new(HttpAuthScheme::Bearer);
    /// http.bearer_format = Some("JWT".to_owned());
    ///
    /// let table = RouteTable::default();
    /// let responses = ProblemResponses::new(&table).define_scheme(
    ///     SecurityScheme::bearer(),
    ///     "access_token",
    ///     Definition::Http(http),
    /// );
    /// # let _ = responses;
    /// ```
    pub fn define_scheme(
        mut self,
        scheme: SecurityScheme,
        name: impl Into<String>,
        definition: Definition,
    ) -> Self {
        self.definitions.push((scheme, name.into(), definition));
        self
    }

    /// Replaces a security scheme wherever a guard requires it; its scopes stay.
    ///
    /// A guard is a type, so it cannot know where a service reads credentials if that is set when the
    /// service starts:
    ///
    /// ```
    /// use definable_errors::guard::{RouteTable, Security, SecurityScheme};
    /// use definable_errors::openapi::ProblemResponses;
    ///
    /// let cookie = Security::new(SecurityScheme::cookie("__Host-token"));
    /// let either = Security::new(SecurityScheme::bearer()).or(cookie);
    ///
    /// let table = RouteTable::default();
    /// let responses =
    ///     ProblemResponses::new(&table).replace_scheme(SecurityScheme::bearer(), either);
    /// # let _ = responses;
    /// ```
    pub fn replace_scheme(mut self, scheme: SecurityScheme, by: Security) -> Self {
        self.replaced.push((scheme, by));
        self
    }

    /// Adds the problems to every operation that the document and the table both have, and returns
    /// in what the two differ.
    ///
    /// Nothing that the document already has is replaced. Adding the same again changes nothing.
    pub fn add_to(&self, document: &mut OpenApi) -> Differences {
        let mut differences = Differences::default();
        let has_default_security = document.security.is_some();
        let mut shared = Shared::new(document.components.take().unwrap_or_default());
        let mut schemes = Schemes::new(&self.definitions, &self.replaced);
        let operations = Operations::of(&mut document.paths);
        self.report_missing(&operations, &mut differences);
        for (endpoint, operation) in operations {
            let Some(route) = route_of(self.table, &endpoint) else {
                differences.push(Difference::UnknownOperation(endpoint));
                continue;
            };
            self.add_responses(route, &endpoint, operation, &mut shared, &mut differences);
            let security = schemes.requirements(route.security(), &mut shared);
            let is_public = security.is_empty();
            match &operation.security {
                Some(known) if *known != security => {
                    differences.push(Difference::KeptSecurity(endpoint));
                }
                Some(_) => {}
                None if is_public && !has_default_security => {}
                None => operation.security = Some(security),
            }
            let extensions = operation.extensions.get_or_insert_default();
            extensions.entry("x-callers".to_owned()).or_insert_with(|| route.policy().into());
        }
        document.components = Some(shared.finish(&mut differences));
        differences
    }

    fn report_missing(&self, operations: &Operations<'_>, differences: &mut Differences) {
        let routes = self.table.iter().filter(|route| !route.is_raw() && !route.is_fallback());
        for route in routes.filter(|route| !operations.have(route)) {
            let endpoint = Endpoint::new(route.method(), route.path());
            differences.push(Difference::MissingOperation(endpoint));
        }
    }

    fn add_responses(
        &self,
        route: &RoutePolicy,
        endpoint: &Endpoint,
        operation: &mut Operation,
        shared: &mut Shared,
        differences: &mut Differences,
    ) {
        let types = self.types_of(route);
        let is_limited = types.iter().any(|(_, known)| **known == RATE_LIMITED);
        let base = self.base();
        for group in types.chunk_by(|one, next| one.0 == next.0) {
            let (status, types): (_, Vec<_>) = (group[0].0, group.iter().map(|it| it.1).collect());
            let mut added = response::of_status(status, &types, &base);
            shared.share(&mut added, status, &types, &base);
            if endpoint.is_head() {
                added.content.clear();
            }
            let key = status.as_u16().to_string();
            let responses = &mut operation.responses.responses;
            let is_kept = match responses.get_mut(&key) {
                None => responses.insert(key.clone(), added.into()).is_some(),
                Some(RefOr::Ref(_)) => true,
                Some(RefOr::T(known)) => response::complete(known, added),
            };
            if is_kept {
                differences.push(Difference::KeptResponse(endpoint.clone(), key));
            }
        }
        if !route.is_documented() {
            let has_content = if endpoint.is_head() { HasContent::No } else { HasContent::Yes };
            let any = shared.any_problem(has_content);
            let responses = &mut operation.responses.responses;
            responses.entry("default".to_owned()).or_insert_with(|| any.into());
            differences.push(Difference::UndocumentedRoute(endpoint.clone()));
        }
        for known in operation.responses.responses.values_mut() {
            let RefOr::T(known) = known else { continue };
            for (name, header) in headers::of_every_response(is_limited) {
                let header = shared.header(name, header);
                response::add_header(known, name, header);
            }
        }
    }

    /// Returns the problem types of an operation with their statuses, in the order of statuses and
    /// codes.
    fn types_of(&self, route: &RoutePolicy) -> Vec<(ErrorStatus, &'static ProblemType)> {
        let of_layers = self.layers.iter().flat_map(Types::iter);
        // A panic of any handler is one.
        let all = route.problem_types().iter().copied().chain(of_layers).chain([&INTERNAL_ERROR]);
        let mut types: Vec<_> = all
            .flat_map(|found| {
                self.statuses_of(found).into_iter().map(move |status| (status, found))
            })
            .collect();
        types.sort_by_key(|(status, found)| (status.as_u16(), found.code()));
        types.dedup_by_key(|(status, found)| (status.as_u16(), found.code()));
        types
    }

    fn statuses_of(&self, problem_type: &ProblemType) -> Vec<ErrorStatus> {
        let changed = self.errors.as_ref().and_then(|layer| layer.changed_statuses(problem_type));
        changed.unwrap_or_else(|| vec![problem_type.status()])
    }

    fn base(&self) -> Cow<'_, str> {
        match &self.errors {
            Some(layer) => Cow::Borrowed(layer.base()),
            None => Cow::Borrowed(DEFAULT_BASE),
        }
    }
}

impl fmt::Debug for ProblemResponses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProblemResponses").field("table", &self.table).finish_non_exhaustive()
    }
}
