//! The settings of a stack, and the order in which its layers are assembled.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use tower::util::Either;
use tower_layer::Layer;

use super::StackService;
use super::service::{Checked, Errors, PrepareRequest};
use crate::cors::Cors;
use crate::csrf::Csrf;
use crate::error::ApiFuture;
use crate::extract::BodyLimit;
use crate::guard::{Exempt, ExemptPaths, Guard, Guards};
use crate::layer::{ApiErrorLayer, RequestSpan};
use crate::problem::{ProblemTypes, Types};
use crate::timeout::{ConcurrencyLimit, RouteDeadlines, Timeout};
use crate::translate::Translate;

/// A layer that combines all layers around a service in the right order, whatever the order of the
/// setters; the [module](crate::stack) has an example.
///
/// Only what is set is added, apart from ids and errors. The `Display` output lists the layers,
/// outermost first.
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Stack<L = NoLimit> {
    cors: Option<Cors<()>>,
    csrf: Option<Csrf>,
    request_span: Option<RequestSpan>,
    errors: ApiErrorLayer,
    translator: Option<Translator>,
    body_limit: Option<BodyLimit>,
    timeout: Timeout,
    route_deadlines: RouteDeadlines,
    concurrency_limit: Option<ConcurrencyLimit>,
    rate_limit: Option<L>,
    exempt: ExemptPaths,
}

impl Stack {
    /// Creates a stack with ids and errors only.
    pub fn new() -> Self {
        Self {
            cors: None,
            csrf: None,
            request_span: None,
            errors: ApiErrorLayer::new(),
            translator: None,
            body_limit: None,
            timeout: Timeout::none(),
            route_deadlines: RouteDeadlines::default(),
            concurrency_limit: None,
            rate_limit: None,
            exempt: ExemptPaths::default(),
        }
    }
}

impl<L> Stack<L> {
    /// Sets what pages of other origins may read.
    ///
    /// # Panics
    ///
    /// Panics for [`Cors::any_origin`] together with [`csrf`](Self::csrf).
    #[track_caller]
    pub fn cors<O>(self, cors: Cors<O>) -> Self {
        Self { cors: Some(cors.anonymous()), ..self }.consistent()
    }

    /// Rejects requests that a page of another site made a browser send; see [`Csrf`]. The check
    /// stands inside the ids and outside all limits.
    ///
    /// Besides its own [`trusted_origins`](Csrf::trusted_origins), it trusts the origins of
    /// [`cors`](Self::cors) that may send credentials, and no other:
    ///
    /// | setting of `cors` | what `csrf` trusts |
    /// |---|---|
    /// | none | no other origin |
    /// | `Cors::origins(…)` | no other origin: its pages send no cookies |
    /// | `Cors::origins(…).credentials()` | these origins |
    /// | `Cors::origins(…).null_origin()` | no other origin |
    /// | `Cors::development()` | pages on this machine and its network |
    /// | `Cors::any_origin()` | refused: the two contradict each other |
    ///
    /// ```
    /// use definable_errors::cors::Cors;
    /// use definable_errors::csrf::Csrf;
    /// use definable_errors::stack::Stack;
    ///
    /// # fn main() -> Result<(), definable_errors::context::OriginError> {
    /// let stack = Stack::new()
    ///     .cors(Cors::origins(["https://app.example.com"])?.credentials())
    ///     .csrf(Csrf::new());
    /// assert_eq!(stack.to_string(), "cors\nids and errors\ncross-site requests\n");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics together with [`Cors::any_origin`], which invites the pages that this rejects.
    #[track_caller]
    pub fn csrf(self, csrf: Csrf) -> Self {
        Self { csrf: Some(csrf), ..self }.consistent()
    }

    #[track_caller]
    fn consistent(self) -> Self {
        let is_open = self.cors.as_ref().is_some_and(Cors::allows_any_origin);
        assert!(
            !is_open || self.csrf.is_none(),
            "`Cors::any_origin` and `csrf` contradict each other: list the origins that may send \
             credentials with `Cors::origins([…])?.credentials()`, or remove one of the two"
        );
        self
    }

    /// Returns the check, which trusts the pages that may send credentials.
    fn checked(&self) -> Option<Csrf> {
        let csrf = self.csrf.clone()?;
        Some(match self.cors.clone() {
            Some(cors) => csrf.trusting(move |origin| cors.allows_credentials_of(origin)),
            None => csrf,
        })
    }

    /// Opens a `tracing` span for each request, so that every log line has its ids and its route; see
    /// [`RequestSpan`]. The layer of ids and errors opens it.
    ///
    /// ```
    /// use definable_errors::layer::RequestSpan;
    /// use definable_errors::stack::Stack;
    ///
    /// let stack = Stack::new().request_span(RequestSpan::new());
    /// assert_eq!(stack.to_string(), "request span\nids and errors\n");
    /// ```
    pub fn request_span(self, request_span: RequestSpan) -> Self {
        Self { request_span: Some(request_span), ..self }
    }

    /// Replaces the default layer of ids and errors with one that has settings of your own.
    pub fn errors(self, errors: ApiErrorLayer) -> Self {
        Self { errors, ..self }
    }

    /// Sets the translator of the texts of errors, in place of one that the layer of
    /// [`errors`](Self::errors) has; see the module [`translate`](crate::translate).
    pub fn translate(self, translator: impl Translate) -> Self {
        Self { translator: Some(Translator(Arc::new(translator))), ..self }
    }

    /// Limits the size of bodies. A route can lower or raise the limit with a [`BodyLimit`] of its
    /// own.
    pub fn body_limit(self, body_limit: BodyLimit) -> Self {
        Self { body_limit: Some(body_limit), ..self }
    }

    /// Limits how long a request may take; see [`Timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Timeout::new(timeout), ..self }
    }

    /// Limits how long requests of these routes may take, in place of [`timeout`](Self::timeout).
    /// The time may be longer than that of the others.
    ///
    /// The stack stands outside of the router, so it compares the path of the request with patterns
    /// of its own: those of axum, such as `/reports/{id}` and `/files/{*path}`, with the prefix of a
    /// nested router. A [`Timeout`] on a route, and any other deadline further in, can only shorten
    /// the time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use definable_errors::stack::Stack;
    ///
    /// let stack = Stack::new()
    ///     .timeout(Duration::from_secs(10))
    ///     .deadline_for(["/export", "/reports/{id}"], Duration::from_secs(120));
    /// assert_eq!(
    ///     stack.to_string(),
    ///     "ids and errors\ntimeout: 10s, but 120s for /export, /reports/{id}\n",
    /// );
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a pattern does not start with `/`, is malformed, or matches the same paths as one
    /// that was added before.
    #[track_caller]
    pub fn deadline_for<P: Into<String>>(
        self,
        routes: impl IntoIterator<Item = P>,
        after: Duration,
    ) -> Self {
        Self { route_deadlines: self.route_deadlines.with(routes, after), ..self }
    }

    /// Limits the number of requests that run at the same time.
    pub fn concurrency_limit(self, concurrency_limit: ConcurrencyLimit) -> Self {
        Self { concurrency_limit: Some(concurrency_limit), ..self }
    }

    /// Limits how many requests a client may send: `rate_limit` is a
    /// [`RateLimit`](crate::rate_limit::RateLimit) that identifies clients by address, or a guard
    /// of your own. Limits by subject belong on the routes, behind authentication.
    pub fn rate_limit<G: Guard>(self, rate_limit: G) -> Stack<G> {
        Stack {
            cors: self.cors,
            csrf: self.csrf,
            request_span: self.request_span,
            errors: self.errors,
            translator: self.translator,
            body_limit: self.body_limit,
            timeout: self.timeout,
            route_deadlines: self.route_deadlines,
            concurrency_limit: self.concurrency_limit,
            rate_limit: Some(rate_limit),
            exempt: self.exempt,
        }
    }

    /// Exempts paths from the limits of concurrency and rate, such as those of health checks;
    /// [`Exempt`] describes how they are compared.
    ///
    /// # Panics
    ///
    /// Panics if a path does not start with `/`, or contains a query or a pattern.
    #[track_caller]
    pub fn exempt<P: Into<String>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        let exempt = self.exempt.with(paths);
        Self { exempt, ..self }
    }

    fn exempted<G>(&self, guard: G) -> Exempt<G> {
        Exempt::from_paths(guard, self.exempt.clone())
    }
}

#[derive(Clone)]
struct Translator(Arc<dyn Translate>);

impl fmt::Debug for Translator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Translator").field("languages", &self.0.languages()).finish()
    }
}

impl Default for Stack {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, L: Guard> Layer<S> for Stack<L> {
    type Service = StackService<S, Option<L>>;

    fn layer(&self, inner: S) -> Self::Service {
        let limited = self.exempted(self.rate_limit.clone()).before(inner);
        let limited = self.exempted(self.concurrency_limit.clone()).before(limited);
        let timed = self.timeout.service_by_route(limited, self.route_deadlines.clone());
        let checked: Checked<S, Option<L>> = match self.checked() {
            Some(csrf) => Either::Left(csrf.before(timed)),
            None => Either::Right(timed),
        };
        let prepared = PrepareRequest::new(checked, self.body_limit);
        let mut errors = Cow::Borrowed(&self.errors);
        if let Some(Translator(translator)) = &self.translator {
            errors = Cow::Owned(errors.into_owned().translate_with(translator.clone()));
        }
        if let Some(span) = self.request_span {
            errors = Cow::Owned(errors.into_owned().request_span(span));
        }
        let errors: Errors<S, Option<L>> = errors.layer(prepared);
        StackService::new(match &self.cors {
            Some(cors) => Either::Left(cors.layer(errors)),
            None => Either::Right(errors),
        })
    }
}

/// The type parameter of a [`Stack`] without a rate limit: a guard that admits every request.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct NoLimit;

impl Guard for NoLimit {
    type Permit = ();

    fn admit(&self, _: &mut Parts) -> ApiFuture<'static, ()> {
        ApiFuture::ready(Ok(()))
    }
}

impl ProblemTypes for NoLimit {
    const TYPES: Types = Types::EMPTY;
}

/// Prints a line for each layer, outermost first.
impl<L> fmt::Display for Stack<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exempt = &self.exempt;
        if self.cors.is_some() {
            writeln!(f, "cors")?;
        }
        if self.request_span.is_some() {
            writeln!(f, "request span")?;
        }
        writeln!(f, "ids and errors")?;
        if self.csrf.is_some() {
            writeln!(f, "cross-site requests")?;
        }
        if let Some(limit) = self.body_limit {
            writeln!(f, "body limit: {limit}")?;
        }
        match (self.timeout.duration(), self.route_deadlines.is_empty()) {
            (Some(after), true) => writeln!(f, "timeout: {after:?}")?,
            (Some(after), false) => {
                writeln!(f, "timeout: {after:?}, but {}", self.route_deadlines)?;
            }
            (None, false) => writeln!(f, "timeout: {}", self.route_deadlines)?,
            (None, true) => {}
        }
        if let Some(limit) = &self.concurrency_limit {
            writeln!(f, "concurrency limit: {limit}{exempt}")?;
        }
        if self.rate_limit.is_some() {
            writeln!(f, "rate limit{exempt}")?;
        }
        Ok(())
    }
}

/// Returns the problem types with which a stack that has all its layers rejects.
impl<L: ProblemTypes> ProblemTypes for Stack<L> {
    const TYPES: Types = Types {
        own: &[],
        others: &[Csrf::TYPES, BodyLimit::TYPES, Timeout::TYPES, ConcurrencyLimit::TYPES, L::TYPES],
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lists_its_layers_outermost_first_in_whatever_order_they_were_said() {
        let stack = Stack::new()
            .exempt(["/health"])
            .rate_limit(NoLimit)
            .concurrency_limit(ConcurrencyLimit::new(8).queue(0))
            .body_limit(BodyLimit::bytes(1024))
            .cors(Cors::any_origin())
            .timeout(Duration::from_millis(1500))
            .exempt(["/ready"]);
        let checked = Stack::new().csrf(Csrf::new()).cors(Cors::development());
        assert_eq!(checked.to_string(), "cors\nids and errors\ncross-site requests\n");
        assert_eq!(
            stack.to_string(),
            "cors\n\
             ids and errors\n\
             body limit: 1024 bytes\n\
             timeout: 1.5s\n\
             concurrency limit: 8 at work, but not /health, /ready\n\
             rate limit, but not /health, /ready\n"
        );
        assert_eq!(Stack::new().to_string(), "ids and errors\n");
    }
}
