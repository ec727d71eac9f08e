//! A reporter for tests, which fails a test after a server error that it did not expect.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use http::{Method, StatusCode};

use crate::context::RequestContext;
use crate::error::ApiError;
use crate::guard::{RoutePolicy, RouteTable};
use crate::problem::{INTERNAL_ERROR, ProblemType, Types};
use crate::report::{ErrorEvent, Report};

/// A reporter that keeps what was reported, so that a test can check it.
///
/// Give the layer a clone. When the original is dropped, which is at the end of the test, it panics
/// if a 5xx was reported that the test did not [`take`](Self::take), with the place and the causes
/// of the error. A test that only looks at the response would otherwise pass by the wrong 500.
///
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use definable_errors::testing::{Reports, assert_problem};
/// use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
/// use http::Request;
/// # use tower::ServiceExt;
///
/// async fn label() -> Result<String, ApiError> {
///     Ok(std::fs::read_to_string("/no/such/label").or_internal()?)
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let reports = Reports::new();
/// let app: Router = Router::new()
///     .route("/label", get(label))
///     .layer(ApiErrorLayer::new().report(reports.clone()));
///
/// let request = Request::get("/label").body(Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_problem(response).await.code("internal_error").does_not_contain("No such file");
///
/// // Without this line, the drop of `reports` would panic.
/// let reported = reports.single();
/// assert_eq!(reported.status(), 500);
/// assert!(reported.error().chain().to_string().contains("No such file"));
/// # });
/// ```
///
/// With the table of a `GuardedRouter` it also checks that every route sends declared codes only; see
/// [`with_routes`](Self::with_routes).
#[derive(Debug, Default)]
#[must_use = "the check is at its drop, so it must live as long as the test"]
pub struct Reports {
    state: Arc<Mutex<State>>,
    role: Role,
}

/// Only the original checks when it is dropped: a clone is dropped with the router, maybe in another
/// thread, where a panic would fail no test.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Role {
    #[default]
    Original,
    Clone,
}

#[derive(Debug, Default)]
struct State {
    reported: Vec<ReportedError>,
    disconnects: usize,
    routes: Vec<RoutePolicy>,
    allowed: Vec<&'static ProblemType>,
    undeclared: Vec<ReportedError>,
}

impl Reports {
    /// Creates a reporter without reports.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks from now on that the routes send only codes that they declare: the drop of the original
    /// panics if a documented route of the table sent another one, also if the report was taken.
    ///
    /// `internal_error` needs no declaration, because every route can panic. Codes of layers around the
    /// whole service are added by [`with_problem_types`](Self::with_problem_types).
    ///
    #[cfg_attr(all(feature = "router", feature = "stack"), doc = "```")]
    #[cfg_attr(not(all(feature = "router", feature = "stack")), doc = "```ignore")]
    /// use definable_errors::problem::ProblemTypes;
    /// use definable_errors::router::{GuardedRouter, Public};
    /// use definable_errors::stack::Stack;
    /// use definable_errors::testing::Reports;
    /// use definable_errors::ApiErrorLayer;
    ///
    /// let routes = GuardedRouter::<()>::new().get("/health", |_: Public| async { "ok" });
    /// let reports =
    ///     Reports::new().with_routes(routes.table()).with_problem_types(<Stack>::TYPES);
    /// let stack = Stack::new().errors(ApiErrorLayer::new().report(reports.clone()));
    /// let app = routes.into_router().layer(stack);
    /// # let _: axum::Router = app;
    /// ```
    pub fn with_routes(self, routes: &RouteTable) -> Self {
        self.state().routes.extend(routes.iter().cloned());
        self
    }

    /// Adds problem types that every route may send, such as those of layers around the service.
    pub fn with_problem_types(self, types: Types) -> Self {
        self.state().allowed.extend(types.iter());
        self
    }

    /// Removes and returns all reports so far, in order.
    #[must_use = "the reports are removed; use `assert_empty` to check that there are none"]
    pub fn take(&self) -> Vec<ReportedError> {
        std::mem::take(&mut self.state().reported)
    }

    /// Removes and returns the only report.
    ///
    /// # Panics
    ///
    /// Panics if there is none or more than one.
    #[track_caller]
    pub fn single(&self) -> ReportedError {
        let mut reported = self.take();
        match reported.pop() {
            Some(only) if reported.is_empty() => only,
            last => {
                reported.extend(last);
                panic!("expected one report, found {}\n{}", reported.len(), Listed(&reported))
            }
        }
    }

    /// Checks that there are no reports, 4xx included.
    ///
    /// # Panics
    ///
    /// Panics if there are some.
    #[track_caller]
    pub fn assert_empty(&self) {
        let reported = self.take();
        assert!(
            reported.is_empty(),
            "expected no report, found {}\n{}",
            reported.len(),
            Listed(&reported)
        );
    }

    /// Returns how many clients disconnected before their response.
    pub fn disconnects(&self) -> usize {
        self.state().disconnects
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Reports {
    /// Returns a reporter that shares the reports. Its drop checks nothing.
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), role: Role::Clone }
    }
}

impl Report for Reports {
    fn report(&self, event: &ErrorEvent<'_>) {
        let reported = ReportedError {
            error: event.error().clone(),
            context: event.context().clone(),
            item: event.item(),
        };
        let mut state = self.state();
        if state.is_undeclared(&reported) {
            state.undeclared.push(reported.clone());
        }
        state.reported.push(reported);
    }

    fn client_disconnected(&self, _: &RequestContext) {
        self.state().disconnects += 1;
    }
}

impl State {
    /// Returns whether the route of the request is known, and does not declare the code.
    fn is_undeclared(&self, reported: &ReportedError) -> bool {
        let code = reported.code();
        let has_code = |problem_type: &&ProblemType| problem_type.code() == code;
        let is_declared = |route: &RoutePolicy| {
            !route.is_documented() || route.problem_types().iter().any(has_code)
        };
        let mut routes =
            self.routes.iter().filter(|route| is_of(route, &reported.context)).peekable();
        routes.peek().is_some()
            && code != INTERNAL_ERROR.code()
            && !self.allowed.iter().any(has_code)
            && !routes.any(is_declared)
    }
}

/// Returns whether a request matched the route. `GET` also answers `HEAD`.
fn is_of(route: &RoutePolicy, context: &RequestContext) -> bool {
    let is_method = match (route.method(), context.method()) {
        ("*", _) | ("GET", &Method::HEAD) => true,
        (name, method) => name == method.as_str(),
    };
    is_method && context.route() == Some(route.path())
}

impl Drop for Reports {
    fn drop(&mut self) {
        if self.role == Role::Clone || thread::panicking() {
            return;
        }
        let mut state = self.state();
        let undeclared = std::mem::take(&mut state.undeclared);
        let mut errors = std::mem::take(&mut state.reported);
        drop(state);
        errors.retain(|reported| reported.status().is_server_error());
        assert!(
            errors.is_empty(),
            "server errors were reported that the test did not take: {}\n{}",
            errors.len(),
            Listed(&errors)
        );
        assert!(
            undeclared.is_empty(),
            "codes were sent that their routes do not declare: {}\n{}",
            undeclared.len(),
            Listed(&undeclared)
        );
    }
}

/// A failed request that was reported.
///
/// Its `Display` output is for messages of tests: status, code and place, the request, the causes and
/// the notes.
#[derive(Debug, Clone)]
pub struct ReportedError {
    error: ApiError,
    context: RequestContext,
    item: Option<usize>,
}

impl ReportedError {
    /// Returns the error, with both halves.
    pub const fn error(&self) -> &ApiError {
        &self.error
    }

    /// Returns the context of the request, with its ids.
    pub const fn context(&self) -> &RequestContext {
        &self.context
    }

    /// Returns the code that the client got.
    pub fn code(&self) -> &'static str {
        self.error.problem().code()
    }

    /// Returns the status that the client got.
    pub fn status(&self) -> StatusCode {
        self.error.problem().status().into()
    }

    /// Returns the index of the item of a batch that failed, or `None` if the whole request failed.
    pub const fn item(&self) -> Option<usize> {
        self.item
    }
}

impl fmt::Display for ReportedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status().as_u16(), self.code())?;
        if let Some(code) = self.error.internal_code() {
            write!(f, " ({code})")?;
        }
        match self.error.location() {
            Some(location) => write!(f, " at {location}")?,
            None => f.write_str(", place unknown")?,
        }
        let route = self.context.route().unwrap_or("no route");
        write!(f, "\n  {} {route}, ", self.context.method())?;
        write!(f, "request id {}", self.context.request_id())?;
        if let Some(item) = self.item {
            write!(f, ", item {item}")?;
        }
        for message in self.error.chain().messages() {
            write!(f, "\n  caused by: {message}")?;
        }
        for note in self.error.notes() {
            write!(f, "\n  note: {note}")?;
        }
        Ok(())
    }
}

/// The most reports that a message lists.
const MAX_LISTED: usize = 10;

struct Listed<'a>(&'a [ReportedError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reported in self.0.iter().take(MAX_LISTED) {
            writeln!(f, "\n{reported}")?;
        }
        match self.0.len().saturating_sub(MAX_LISTED) {
            0 => Ok(()),
            more => writeln!(f, "\n… and {more} more"),
        }
    }
}
