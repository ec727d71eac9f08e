//! In what a document and a route table differ.

use std::fmt;

/// The method and the path of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    method: String,
    path: String,
}

impl Endpoint {
    pub(super) fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: method.into(), path: path.into() }
    }

    pub(super) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Returns the method in capitals, or `*` for every method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the path: for an operation as the document has it, for a route as the router has it.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// One point in which a document and a route table differ, or in which the document was kept as it
/// was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Difference {
    /// The table has a route that the document does not describe. Nothing was added for it, because
    /// only its errors are known.
    MissingOperation(Endpoint),
    /// The document describes an operation that the table does not have. It was left unchanged.
    UnknownOperation(Endpoint),
    /// The problems of a route are not known completely. The operation has a `default` response with
    /// any problem.
    UndocumentedRoute(Endpoint),
    /// The document describes this response as a problem in another way. It was kept.
    KeptResponse(Endpoint, String),
    /// The operation has another `security` than its guard. It was kept.
    KeptSecurity(Endpoint),
    /// The document has another component of this name, such as `schemas/Problem`. It was kept, and
    /// the responses refer to it.
    KeptComponent(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingOperation(endpoint) => {
                write!(f, "{endpoint}: the document does not describe this route")
            }
            Self::UnknownOperation(endpoint) => {
                write!(f, "{endpoint}: the document describes it, but there is no such route")
            }
            Self::UndocumentedRoute(endpoint) => {
                write!(f, "{endpoint}: the problems of this route are not known completely")
            }
            Self::KeptResponse(endpoint, status) => {
                write!(f, "{endpoint}: the document describes {status} in another way")
            }
            Self::KeptSecurity(endpoint) => {
                write!(f, "{endpoint}: the document has another `security` than the guard")
            }
            Self::KeptComponent(name) => {
                write!(f, "components/{name}: the document has another one of this name")
            }
        }
    }
}

/// In what a document and a route table differ. `Display` prints a line for each difference.
///
/// A test that the list is empty keeps a document complete:
///
/// ```
/// # #[cfg(feature = "router")] {
/// use definable_errors::openapi::OpenApiExt;
/// use definable_errors::router::{GuardedRouter, Public};
/// use utoipa::OpenApi;
///
/// #[utoipa::path(get, path = "/helth", responses((status = 200, body = String)))]
/// async fn health(_: Public) -> &'static str {
///     "ok"
/// }
///
/// #[derive(OpenApi)]
/// #[openapi(paths(health))]
/// struct Api;
///
/// let routes: GuardedRouter = GuardedRouter::new().get("/health", health);
/// assert_eq!(
///     Api::openapi().add_problems(routes.table()).to_string(),
///     "GET /health: the document does not describe this route\n\
///      GET /helth: the document describes it, but there is no such route\n"
/// );
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "routes and operations that do not match are only found here"]
pub struct Differences(Vec<Difference>);

impl Differences {
    pub(super) fn push(&mut self, difference: Difference) {
        self.0.push(difference);
    }

    /// Returns whether there is no difference.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the differences: those of routes, then those of operations and of components.
    pub fn iter(&self) -> std::slice::Iter<'_, Difference> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Differences {
    type Item = &'a Difference;
    type IntoIter = std::slice::Iter<'a, Difference>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|difference| writeln!(f, "{difference}"))
    }
}
