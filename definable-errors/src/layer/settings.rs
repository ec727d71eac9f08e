//! The settings of a layer.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;

use super::foreign::Foreign5xx;
use super::kept::Kept;
use super::panic;
use super::refusal::Refusals;
use super::request_span::RequestSpan;
use super::statuses::Statuses;
use crate::context::RequestContext;
use crate::error::{ApiError, Challenge, ServiceChallenge, is_client_disconnected};
use crate::problem::{ErrorStatus, Problem};
use crate::render::{self, Captured, Document, Failure, Ids, Render, Rendering};
use crate::report::{ActiveSpan, DefaultReport, ErrorEvent, FailedPart, Report, ReportFailure};
use crate::respond::DEFAULT_BASE;
use crate::translate::{Translate, translated};

/// What the owner of the fallback renderer does with requests before the inner service gets them.
pub(crate) trait Intercept: Send + Sync {
    /// Answers a request in place of the inner service.
    fn answer(&self, request: &Parts) -> Option<Response>;

    /// Returns the body that the inner service gets in place of `body`. `captured` is what the
    /// fallback renderer captured of the request.
    fn observe(&self, body: Body, captured: &Captured) -> Body;
}

pub(super) type Map = dyn Fn(Problem, &RequestContext) -> Problem + Send + Sync;

pub(super) type Adopt = dyn Fn(ErrorStatus, &[u8]) -> Option<Problem> + Send + Sync;

/// The settings that a service chooses once.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) base: Cow<'static, str>,
    pub(super) challenge: ServiceChallenge,
    pub(super) statuses: Statuses,
    /// The service's own reporters; the default one reports if there are none.
    pub(super) reports: Vec<Arc<dyn Report>>,
    /// The service's own renderer.
    pub(super) render: Option<Arc<dyn Render>>,
    /// The renderer for what the service's own renderer leaves to the library.
    pub(super) fallback_render: Option<Arc<dyn Render>>,
    pub(super) request_span: Option<RequestSpan>,
    /// Called only if there is a renderer.
    pub(super) intercept: Option<Arc<dyn Intercept>>,
    /// Data for the fallback renderer.
    pub(super) attached: Option<Captured>,
    pub(super) map: Option<Arc<Map>>,
    pub(super) translator: Option<Arc<dyn Translate>>,
    /// Converts foreign bodies into problems.
    pub(super) adopt: Option<Arc<Adopt>>,
    pub(super) foreign_5xx: Foreign5xx,
    /// Whether nothing is set that changes the body or the status of an error.
    pub(super) is_plain: bool,
    /// Whether something of a request is needed to write its error.
    pub(super) captures: bool,
    /// Created from the settings at first use.
    pub(super) refusals: OnceLock<Arc<Refusals>>,
}

impl Settings {
    /// Returns the renderers in the order in which they are called.
    pub(super) const fn renderers(&self) -> [Option<&Arc<dyn Render>>; 2] {
        [self.render.as_ref(), self.fallback_render.as_ref()]
    }

    /// Applies the service's settings to one error: its status and the map. A map that panics
    /// changes nothing.
    pub(super) fn apply(&self, error: ApiError, context: &RequestContext) -> ApiError {
        let error = self.statuses.apply(error);
        let Some(map) = &self.map else {
            return error;
        };
        let status = error.problem().status();
        match panic::caught(|| map(error.problem().clone(), context)) {
            Some(problem) => error.map_problem(|_| problem.with_status(status)),
            None => error,
        }
    }

    /// Returns the problem of an error in the best language for a client, or `None` without a
    /// translator. One that panics changes nothing.
    ///
    /// It is boxed, because it is moved with every error, and most services have no translator.
    #[inline]
    pub(super) fn translated(&self, error: &ApiError, kept: &Kept) -> Option<Box<Problem>> {
        translated_by(&**self.translator.as_ref()?, error, kept)
    }

    /// Reports a failure to operators: through `Report::client_disconnected` if the client
    /// disconnected, otherwise through `Report::report`.
    pub(super) fn report(&self, event: &ErrorEvent<'_>) {
        if is_client_disconnected(event.error()) {
            return self.report_disconnected(event.context());
        }
        self.report_event(event);
    }

    /// Reports a failure through `Report::report`, without the search for a client that
    /// disconnected. A reporter that panics affects neither the client nor the others.
    pub(super) fn report_event(&self, event: &ErrorEvent<'_>) {
        if self.reports.is_empty() {
            if DefaultReport::is_on() {
                let _ = panic::caught(|| DefaultReport::new().report(event));
            }
            return;
        }
        for report in &self.reports {
            let _ = panic::caught(|| report.report(event));
        }
    }

    /// Reports to operators that the client disconnected.
    pub(super) fn report_disconnected(&self, context: &RequestContext) {
        if self.reports.is_empty() {
            let _ = panic::caught(|| DefaultReport::new().client_disconnected(context));
        }
        for report in &self.reports {
            let _ = panic::caught(|| report.client_disconnected(context));
        }
    }

    /// Updates what is derived from the settings, after one has changed.
    pub(super) fn update_derived(&mut self) {
        self.captures = self.translator.is_some() || self.renderers().iter().any(Option::is_some);
        self.is_plain = self.map.is_none() && !self.captures && !self.statuses.has_types();
        self.refusals = OnceLock::new();
    }

    pub(super) fn refusals(&self) -> &Refusals {
        self.refusals.get_or_init(|| Arc::new(Refusals::new(&self.challenge, &self.base)))
    }
}

#[cold]
fn translated_by(
    translator: &dyn Translate,
    error: &ApiError,
    kept: &Kept,
) -> Option<Box<Problem>> {
    let accepted = kept.languages();
    panic::caught(|| Box::new(translated(error.problem(), translator, &accepted)))
}

/// Records a failure in the OpenTelemetry span of its request. A span that panics affects nothing else.
#[inline]
pub(super) fn record(span: &ActiveSpan, event: &ErrorEvent<'_>) {
    if !span.is_none() {
        let _ = panic::caught(|| span.record(event));
    }
}

/// Calls a renderer. One that panics leaves the body to the library.
pub(super) fn call_renderer(render: &dyn Render, failure: &Failure) -> Rendering {
    panic::caught(|| render.render(failure)).unwrap_or(Rendering::Standard)
}

/// What fails outside of a request is treated as an error of a response.
impl ReportFailure for Settings {
    fn report_failure(&self, error: &ApiError, context: &RequestContext) {
        let error = self.apply(error.clone(), context);
        self.report(&ErrorEvent::new(&error, context).for_part(FailedPart::Task));
    }

    fn problem_body(&self, error: &ApiError, context: &RequestContext) -> Bytes {
        let error = self.apply(error.clone(), context);
        let ids = Ids::of(context);
        let problem = error.problem();
        render::json(&Document { problem, base: &self.base, ids: Some(&ids), more: &[] })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base: Cow::Borrowed(DEFAULT_BASE),
            challenge: ServiceChallenge::new(Challenge::DEFAULT),
            statuses: Statuses::default(),
            reports: Vec::new(),
            render: None,
            fallback_render: None,
            intercept: None,
            request_span: None,
            attached: None,
            map: None,
            translator: None,
            adopt: None,
            foreign_5xx: Foreign5xx::Keep,
            is_plain: true,
            captures: false,
            refusals: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base", &self.base)
            .field("challenge", self.challenge.own())
            .field("statuses", &self.statuses)
            .field("foreign_5xx", &self.foreign_5xx)
            .finish_non_exhaustive()
    }
}
