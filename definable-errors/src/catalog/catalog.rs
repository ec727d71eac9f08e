//! The catalog of a service, its settings, and what is made of it: pages, a lock, a client.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use http::HeaderMap;

use super::entry::{CatalogEntry, Listing};
use super::known::{Known, KnownTypes};
use super::lock::{self, LockError};
use super::page::{self, CatalogPage, UnknownCodeError};
use super::{built_in, typescript};
use crate::guard::{RoutePolicy, RouteTable};
use crate::layer::{ApiErrorLayer, checked_base};
use crate::problem::{ProblemType, ProblemTypes};

/// The problem types of a service: their documentation, served where `type` points to, and what is
/// generated from them.
///
/// It contains the types that [`ApiErrorLayer`] itself can answer with, such as `not_found` and
/// `internal_error`, and all that are added. It is cheap to clone.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use definable_errors::ApiError;
/// use definable_errors::catalog::Catalog;
///
/// #[derive(Debug, thiserror::Error, ApiError)]
/// #[api(prefix = "order")]
/// enum OrderError {
///     /// The order does not exist, or belongs to another organization.
///     #[error("order {id} does not exist")]
///     #[api(status = 404)]
///     NotFound {
///         #[api(member = "order_id")]
///         id: u64,
///     },
/// }
///
/// let catalog = Catalog::new().with::<OrderError>().problem_base("https://errors.example.com/");
/// let order_not_found = catalog.get("order_not_found").unwrap();
/// assert_eq!(order_not_found.status().as_u16(), 404);
/// assert_eq!(order_not_found.type_uri(), "https://errors.example.com/order_not_found");
/// assert!(catalog.get("internal_error").is_some());
/// assert!(catalog.get("order_lost").is_none());
/// # let _ = OrderError::NotFound { id: 1 };
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a catalog does nothing until it is served, checked or exported"]
pub struct Catalog(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    known: KnownTypes,
    base: Cow<'static, str>,
    path: Option<String>,
    layer: Option<ApiErrorLayer>,
    routes: Routes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Routes {
    Hidden,
    Shown,
}

impl Catalog {
    /// Creates a catalog of the built-in types that every service with an [`ApiErrorLayer`] has.
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            known: KnownTypes::of_every_service(),
            base: Cow::Borrowed("/problems/"),
            path: None,
            layer: None,
            routes: Routes::Hidden,
        }))
    }

    /// Adds the problem types of an error, an extractor, a guard or a layer, such as a
    /// [`Stack`](crate#modules).
    ///
    /// # Panics
    ///
    /// Panics if another problem type has the same code and promises something else: another status,
    /// title, documentation, URI or wait, or other members or headers. The message names the places
    /// where both are declared. Types that were made from one another by `with_…`, as by
    /// `ORDER_PAID.with_uri(…)`, are forms of one type.
    #[track_caller]
    pub fn with<E: ProblemTypes>(mut self) -> Self {
        let known = &mut self.inner().known;
        for found in E::TYPES.iter() {
            known.add(found);
        }
        self
    }

    /// Adds one problem type.
    ///
    /// ```
    /// use definable_errors::catalog::Catalog;
    /// use definable_errors::problem::{ErrorStatus, ProblemType};
    ///
    /// static ORDER_PAID: ProblemType =
    ///     ProblemType::new("order_paid", ErrorStatus::CONFLICT, "Order already paid");
    ///
    /// let catalog = Catalog::new().with_type(&ORDER_PAID);
    /// assert!(catalog.get("order_paid").is_some());
    /// ```
    ///
    /// # Panics
    ///
    /// Panics as [`with`](Self::with) does.
    #[track_caller]
    pub fn with_type(mut self, problem_type: &'static ProblemType) -> Self {
        self.inner().known.add(problem_type);
        self
    }

    /// Adds the problem types of all routes of a `GuardedRouter`, which its `table` lists.
    ///
    /// # Panics
    ///
    /// Panics as [`with`](Self::with) does.
    #[track_caller]
    pub fn with_table(mut self, table: &RouteTable) -> Self {
        let known = &mut self.inner().known;
        for route in table {
            for found in route.problem_types() {
                known.add(found).routes.push(described(route));
            }
        }
        self
    }

    /// Also shows which routes can answer with a problem, and who may call them.
    ///
    /// Without it, routes and permissions are in no page and in no export, so that the documentation
    /// of a public service does not describe its internal routes.
    pub fn with_routes(mut self) -> Self {
        self.inner().routes = Routes::Shown;
        self
    }

    /// Takes the problem base from the layer of the service, and the statuses that it changes, such as
    /// that of `validation_failed`.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::catalog::Catalog;
    ///
    /// let layer = ApiErrorLayer::new()
    ///     .problem_base("https://errors.example.com/")
    ///     .validation_status(422);
    /// let catalog = Catalog::new().with_layer(&layer);
    /// let validation_failed = catalog.get("validation_failed").unwrap();
    /// assert_eq!(validation_failed.status().as_u16(), 422);
    /// assert_eq!(validation_failed.type_uri(), "https://errors.example.com/validation_failed");
    /// ```
    pub fn with_layer(mut self, layer: &ApiErrorLayer) -> Self {
        let inner = self.inner();
        inner.base = Cow::Owned(layer.base().to_owned());
        inner.layer = Some(layer.clone());
        self
    }

    /// Sets the prefix of the code in `type`; the default is `/problems/`. It is the one of
    /// [`ApiErrorLayer::problem_base`].
    ///
    /// # Panics
    ///
    /// Panics if `base` is neither an absolute URI nor a path that starts with `/`, or if it has a
    /// character that is not allowed in a URI.
    pub fn problem_base(mut self, base: impl Into<Cow<'static, str>>) -> Self {
        self.inner().base = checked_base(base.into());
        self
    }

    /// Sets the path of the pages, if it is not that of the problem base.
    ///
    /// It is the path below which [`into_router`](Self::into_router) serves them, and to which their
    /// links lead. The path of `https://example.com/problems/` is `/problems`; a base without a path,
    /// such as `urn:problem:`, has the path `/problems`.
    ///
    /// # Panics
    ///
    /// Panics if `path` does not start with `/`.
    pub fn path(mut self, path: &str) -> Self {
        assert!(path.starts_with('/'), "a path starts with /");
        self.inner().path = Some(path.trim_end_matches('/').to_owned());
        self
    }

    /// Iterates over the problem types, in the order of their statuses and codes.
    pub fn iter(&self) -> impl Iterator<Item = CatalogEntry> + use<> {
        let mut entries: Vec<_> = self.0.known.iter().map(|known| self.entry(known)).collect();
        entries.sort_by_key(|entry| (entry.status(), entry.code()));
        entries.into_iter()
    }

    /// Returns the problem type with this code.
    ///
    /// It also finds the types that the library or a bare status can answer with, but that the catalog
    /// does not list, such as `http_418`: every `type` that a service sends leads to a page.
    pub fn get(&self, code: &str) -> Option<CatalogEntry> {
        if let Some(known) = self.0.known.get(code) {
            return Some(self.entry(known));
        }
        let found = built_in::by_code(code)?;
        Some(self.entry(&Known::built_in(found)))
    }

    /// Returns the page that lists all problem types, as HTML, Markdown or JSON: whichever the `Accept`
    /// header of the request prefers (RFC 9110 §12.5.1). The default is JSON.
    pub fn list_page(&self, request: &HeaderMap) -> CatalogPage {
        page::list(&self.listing(), request)
    }

    /// Returns the page of one problem type, in the same representations as
    /// [`list_page`](Self::list_page).
    ///
    /// ```
    /// use definable_errors::catalog::Catalog;
    /// use http::{HeaderMap, HeaderValue, header::ACCEPT};
    ///
    /// let request = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/markdown"))]);
    /// let (headers, body) = Catalog::new().page("not_found", &request)?;
    /// assert_eq!(headers["content-type"], "text/markdown; charset=utf-8");
    /// assert!(body.starts_with(b"# Not found\n"));
    /// # Ok::<_, definable_errors::catalog::UnknownCodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error, which is a 404 `not_found` to clients, if no problem type has the code.
    pub fn page(&self, code: &str, request: &HeaderMap) -> Result<CatalogPage, UnknownCodeError> {
        let entry = self.get(code).ok_or(UnknownCodeError)?;
        Ok(page::explain(&entry, self.page_path(), request))
    }

    /// Converts the catalog into a router for the pages: the list below the path of the problem base,
    /// such as `/problems`, and the page of each problem type below that, such as
    /// `/problems/not_found`.
    ///
    /// ```
    /// use axum::Router;
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::catalog::Catalog;
    ///
    /// let errors = ApiErrorLayer::new().problem_base("https://api.example.com/problems/");
    /// let catalog = Catalog::new().with_layer(&errors);
    /// let app: Router = Router::new().merge(catalog.into_router()).layer(errors);
    /// # let _ = app;
    /// ```
    ///
    /// A `GuardedRouter` gets it by `raw`, or by two handlers that call
    /// [`list_page`](Self::list_page) and [`page`](Self::page).
    pub fn into_router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let path = self.page_path().to_owned();
        let (catalog, same) = (self.clone(), self.clone());
        let list = async move |request: HeaderMap| catalog.list_page(&request);
        let same = async move |request: HeaderMap| same.list_page(&request);
        let page =
            async move |Path(code): Path<String>, request: HeaderMap| self.page(&code, &request);
        // A base may have segments that start with a colon; axum checks for a syntax of its past.
        let router = Router::new().without_v07_checks();
        let router = match &*path {
            "" => router,
            path => router.route(path, get(same)),
        };
        router.route(&format!("{path}/"), get(list)).route(&format!("{path}/{{code}}"), get(page))
    }

    /// Writes what clients rely on, as sorted lines with one fact each.
    ///
    /// ```
    /// use definable_errors::catalog::Catalog;
    /// use definable_errors::problem::{ErrorStatus, MemberSchema, MemberType, ProblemType};
    ///
    /// static ORDER_PAID: ProblemType =
    ///     ProblemType::new("order_paid", ErrorStatus::CONFLICT, "Order already paid")
    ///         .with_members(&[MemberSchema::new("order_id", u32::TYPE).required()]);
    ///
    /// let lock = Catalog::new().with_type(&ORDER_PAID).lock();
    /// let of_order: Vec<_> = lock.lines().filter(|line| line.starts_with("order_paid")).collect();
    /// assert_eq!(of_order, [
    ///     "order_paid member order_id integer(0..=4294967295)",
    ///     "order_paid status 409",
    /// ]);
    /// ```
    pub fn lock(&self) -> String {
        lock::lock(&self.listing().entries)
    }

    /// Compares the catalog with a lock that was written before.
    ///
    /// # Errors
    ///
    /// Returns an error if a code, a member or a header of the lock is gone, if a status, a type or a
    /// member is another one, or if a line is missing or cannot be read.
    pub fn check_lock(&self, lock: &str) -> Result<(), LockError> {
        lock::check(&self.listing().entries, lock)
    }

    /// Compares the catalog with a committed file, as one line of a test.
    ///
    /// `path` is relative to the package of the test, whose folder Cargo passes as
    /// `CARGO_MANIFEST_DIR`. If the variable `UPDATE_ERRORS_LOCK` is `1`, lines for what is new are added
    /// to the file, which is created if there is none; lines are never removed or changed. Delete the
    /// line of what no client relies on any more by hand, so that the diff shows it.
    ///
    /// # Panics
    ///
    /// Panics if [`check_lock`](Self::check_lock) returns an error, and if the file cannot be read or
    /// written.
    #[track_caller]
    pub fn assert_lock(&self, path: &str) {
        lock::assert(&self.listing().entries, path);
    }

    /// Writes a module for clients in TypeScript: the type `Problem`, a union of all problems that is
    /// narrowed by `code`, the functions `isProblem(body)` and `readProblem(response)`, and the types
    /// of violations and of members.
    ///
    /// It needs no package. Write it to a file of the client, as a test or a build step does, and
    /// switch on the code:
    ///
    /// ```ts
    /// const problem = await readProblem(response);
    /// switch (problem?.code) {
    ///     case "kb_not_found":
    ///         return `There is no knowledge base ${problem.kb_id}.`;
    ///     case "validation_failed":
    ///         return problem.errors?.map((violation) => violation.detail).join("\n");
    ///     default:
    ///         return problem?.detail ?? "Something went wrong.";
    /// }
    /// ```
    ///
    /// A number over 2⁵³ loses digits in JavaScript, whatever its type says.
    ///
    /// ```
    /// use definable_errors::catalog::Catalog;
    ///
    /// let module = Catalog::new().typescript();
    /// assert!(module.contains("export type Problem =\n    | BadRequestProblem\n"));
    /// assert!(module.contains("export function isProblem(body: unknown): body is Problem {"));
    /// ```
    pub fn typescript(&self) -> String {
        typescript::module(&self.listing().entries)
    }

    fn listing(&self) -> Listing {
        Listing { entries: self.iter().collect(), path: self.page_path().to_owned() }
    }

    fn entry(&self, known: &Known) -> CatalogEntry {
        let problem_type = known.problem_type;
        let layer = self.0.layer.as_ref();
        let changed = layer.and_then(|layer| layer.changed_statuses(problem_type));
        let routes = match self.0.routes {
            Routes::Shown => known.routes.clone(),
            Routes::Hidden => Vec::new(),
        };
        CatalogEntry::new(
            problem_type,
            changed.unwrap_or_else(|| known.statuses.clone()),
            routes,
            &self.0.base,
        )
    }

    /// Returns the path of the pages, without a `/` at the end.
    fn page_path(&self) -> &str {
        self.0.path.as_deref().unwrap_or_else(|| path_of(&self.0.base))
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }
}

impl Default for Catalog {
    fn default() -> Self {
        Self::new()
    }
}

fn described(route: &RoutePolicy) -> String {
    format!("{} {}: {}", route.method(), route.path(), route.policy())
}

/// Returns the path of a problem base, without a `/` at the end.
fn path_of(base: &str) -> &str {
    let path = match base.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None if base.starts_with('/') => base,
        None => "/problems",
    };
    let end = path.find(['#', '?']).unwrap_or(path.len());
    path[..end].trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{ErrorStatus, RATE_LIMITED, Types, VALIDATION_FAILED, type_for_status};

    static PAID: ProblemType = ProblemType::new("paid", ErrorStatus::CONFLICT, "Paid");
    static SAME: ProblemType = ProblemType::new("paid", ErrorStatus::CONFLICT, "Paid");
    static FORM: ProblemType = PAID.with_uri("https://example.com/paid");

    const PAYING: Types = Types { own: &[&PAID], others: &[] };

    fn with(types: &[&'static ProblemType]) -> Catalog {
        types.iter().fold(Catalog::new(), |catalog, found| catalog.with_type(found))
    }

    #[test]
    fn same_promise_and_forms_of_a_type_are_accepted() {
        assert!(with(&[&PAID, &SAME]).get("paid").is_some());
        let form = with(&[&PAID, &FORM]).get("paid").unwrap();
        assert_eq!(form.type_uri(), "/problems/paid");
    }

    #[test]
    fn form_that_the_service_uses_replaces_the_built_in_one() {
        static QUOTA: ProblemType = RATE_LIMITED.with_uri("https://example.com/quota");
        assert_eq!(
            with(&[&QUOTA]).get("rate_limited").unwrap().type_uri(),
            "https://example.com/quota"
        );
    }

    #[test]
    fn another_status_of_a_form_is_listed_beside_the_first() {
        static INVALID: ProblemType = ProblemType::new(
            "validation_failed",
            ErrorStatus::UNPROCESSABLE_ENTITY,
            "Validation failed",
        )
        .form_of(&VALIDATION_FAILED);
        let entry = with(&[&INVALID]).get("validation_failed").unwrap();
        assert_eq!(entry.statuses(), [ErrorStatus::BAD_REQUEST, ErrorStatus::UNPROCESSABLE_ENTITY]);
    }

    #[test]
    fn layer_decides_on_statuses() {
        let layer = ApiErrorLayer::new()
            .validation_status(crate::layer::ValidationStatus::new(400).body(422))
            .status_of(&PAID, http::StatusCode::GONE);
        let catalog = with(&[&PAID]).with_layer(&layer);
        let statuses = |code| catalog.get(code).unwrap().statuses().to_vec();
        assert_eq!(statuses("paid"), [ErrorStatus::GONE]);
        assert_eq!(
            statuses("validation_failed"),
            [ErrorStatus::BAD_REQUEST, ErrorStatus::UNPROCESSABLE_ENTITY]
        );
        assert_eq!(statuses("conflict"), [ErrorStatus::CONFLICT]);
    }

    #[test]
    fn path_is_that_of_the_base() {
        for (base, path) in [
            ("/problems/", "/problems"),
            ("/api/problems/", "/api/problems"),
            ("https://example.com/problems/", "/problems"),
            ("https://errors.example.com/", ""),
            ("https://errors.example.com", ""),
            ("https://example.com/errors#", "/errors"),
            ("https://example.com/errors?code=", "/errors"),
            ("urn:problem:", "/problems"),
        ] {
            assert_eq!(path_of(base), path, "{base}");
        }
        assert_eq!(Catalog::new().path("/docs/errors/").page_path(), "/docs/errors");
    }

    #[test]
    fn routes_are_hidden_unless_they_are_asked_for() {
        let table: RouteTable =
            [RoutePolicy::raw("files").with_problem_types(PAYING)].into_iter().collect();
        let catalog = Catalog::new().with_table(&table);
        assert!(catalog.get("paid").unwrap().routes().is_empty());
        assert_eq!(catalog.with_routes().get("paid").unwrap().routes(), ["* /{*raw}: raw: files"]);
    }

    #[test]
    fn every_status_has_a_page_and_is_not_listed() {
        let catalog = Catalog::new();
        for status in 400..600 {
            let problem_type = type_for_status(ErrorStatus::from_static(status));
            assert_eq!(catalog.get(problem_type.code()).unwrap().status().as_u16(), status);
        }
        assert!(
            ["http_399", "http_600", "http_4", "http_0404", "http_+404", "", "nothing"]
                .iter()
                .all(|code| catalog.get(code).is_none())
        );
        assert!(catalog.iter().all(|entry| !entry.code().starts_with("http_")));
    }
}
