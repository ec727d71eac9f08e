//! The layer and its settings.

use std::borrow::Cow;
use std::sync::Arc;

use http::StatusCode;
use tower_layer::Layer;

use super::foreign::Foreign5xx;
#[cfg(feature = "dev")]
use super::settings::Intercept;
use super::settings::Settings;
use super::{ApiErrorService, RequestSpan, ValidationStatus, panic};
use crate::context::RequestContext;
use crate::error::{Challenge, ServiceChallenge, capture_per_second};
use crate::problem::{ErrorStatus, Problem, ProblemType, ProblemTypes, Types};
#[cfg(feature = "dev")]
use crate::render::Captured;
use crate::render::Render;
use crate::report::{Report, Reporter};
use crate::translate::Translate;

/// A layer that handles every error that leaves the routes below it; the [module](crate::layer)
/// describes how.
///
/// ```
/// use definable_errors::{ApiErrorLayer, Challenge};
///
/// let layer = ApiErrorLayer::new()
///     .problem_base("https://errors.example.com/")
///     .challenge(Challenge::bearer("orders"))
///     .validation_status(422);
/// # let _ = layer;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct ApiErrorLayer {
    settings: Arc<Settings>,
}

impl ApiErrorLayer {
    /// Creates the layer in production mode, which is the default.
    ///
    /// The first layer of a process installs a panic hook that notes where a panic happened and
    /// then calls the previous hook.
    pub fn new() -> Self {
        panic::install_hook();
        Self { settings: Arc::default() }
    }

    /// Sets the prefix of the code in `type`; the default is `/problems/`.
    ///
    /// An absolute URI is best (RFC 9457 §3.1.1). A `/` is added unless the prefix ends with one of
    /// `/ # : = ?`.
    ///
    /// # Panics
    ///
    /// Panics if `base` is neither an absolute URI nor a path that starts with `/`, or if it has a
    /// character that is not allowed in a URI.
    pub fn problem_base(self, base: impl Into<Cow<'static, str>>) -> Self {
        let base = checked_base(base.into());
        self.set(|settings| settings.base = base)
    }

    /// Sets the challenge of a 401 that has none of its own; the default is `Bearer realm="api"`.
    ///
    /// Challenges in the default realm get the realm of `challenge`, and those of its scheme also
    /// its other parameters: with `Bearer realm="orders"`, `invalid_token` becomes
    /// `Bearer realm="orders", error="invalid_token"`. A challenge that names another realm stays
    /// unchanged.
    pub fn challenge(self, challenge: Challenge) -> Self {
        self.set(|settings| settings.challenge = ServiceChallenge::new(challenge))
    }

    /// Sets the status of every `validation_failed`: 400 or 422, for all inputs or by input with
    /// [`ValidationStatus`]. By default, extractors answer 400, and rejections of axum's own
    /// extractors keep their status.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::layer::ValidationStatus;
    ///
    /// let everywhere = ApiErrorLayer::new().validation_status(422);
    /// let bodies = ApiErrorLayer::new().validation_status(ValidationStatus::new(400).body(422));
    /// # let _ = (everywhere, bodies);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `status` is another number.
    pub fn validation_status(self, status: impl Into<ValidationStatus>) -> Self {
        let status = status.into();
        self.set(|settings| settings.statuses.set_validation(status))
    }

    /// Sets the status of all problems of a type, for clients that expect another one.
    ///
    /// The status line, the member `status`, the reports and the level of the log event follow. The
    /// headers of the error stay, such as the challenge of a 401, and those that the new status
    /// requires are added. Code and texts stay as well, so a 403 that becomes a 404 still says what
    /// was denied; `rbac::Concealed` hides that. Of two layers, the inner one's setting applies;
    /// without a layer, the type has its own status.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::problem::{CONFLICT, INVALID_AUTHORIZATION, type_for_status};
    /// use http::StatusCode;
    ///
    /// let layer = ApiErrorLayer::new()
    ///     .status_of(&INVALID_AUTHORIZATION, StatusCode::UNAUTHORIZED)
    ///     .status_of(&CONFLICT, StatusCode::UNPROCESSABLE_ENTITY);
    /// # let _ = layer;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `status` is of another class than the status of the type: a 4xx stays a 4xx, and a
    /// 5xx a 5xx.
    pub fn status_of(self, problem_type: &'static ProblemType, status: StatusCode) -> Self {
        self.set(|settings| settings.statuses.set(problem_type, status))
    }

    /// Returns the prefix of the code in `type`.
    #[cfg(any(feature = "catalog", feature = "openapi"))]
    pub(crate) fn base(&self) -> &str {
        &self.settings.base
    }

    /// Returns the statuses that the layer gives to problems of a type, or `None` if they keep their
    /// own.
    #[cfg(any(feature = "catalog", feature = "openapi"))]
    pub(crate) fn changed_statuses(&self, problem_type: &ProblemType) -> Option<Vec<ErrorStatus>> {
        self.settings.statuses.changed(problem_type)
    }

    /// Adds a reporter. The reporters of a service are those that it adds, called in this order; only a
    /// service that adds none has the [`DefaultReport`](crate::report::DefaultReport), so list that one
    /// too if failures shall still be logged.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::report::{DefaultReport, ErrorEvent};
    ///
    /// let layer = ApiErrorLayer::new()
    ///     .report(DefaultReport::new())
    ///     .report(|event: &ErrorEvent<'_>| eprintln!("{}", event.code()));
    /// # let _ = layer;
    /// ```
    ///
    /// Each is called for every event, also if another one panics. The [module](crate::report)
    /// describes how to report fewer events.
    pub fn report(self, report: impl Report) -> Self {
        self.set(|settings| settings.reports.push(Arc::new(report)))
    }

    /// Captures the backtraces of at most `per_second` failures with a 5xx per second, for reporters:
    /// [`ApiError::backtrace`](crate::ApiError::backtrace), and the field `backtrace` of the default
    /// event. No response contains them, in either mode.
    ///
    /// It applies to the whole process, because an error is created where no layer is known; the last
    /// call applies, and 0 switches it off. Capturing takes some microseconds. Reading the text of a
    /// backtrace also resolves its addresses, which takes far longer, most of all the first time: keep
    /// the rate low, or resolve it in a task. Without debug information there are names, but no lines.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::report::ErrorEvent;
    ///
    /// let layer = ApiErrorLayer::new().capture_traces(1).report(|event: &ErrorEvent<'_>| {
    ///     if let Some(backtrace) = event.error().backtrace() {
    ///         eprintln!("{}\n{backtrace}", event.context().id());
    ///     }
    /// });
    /// # let _ = layer;
    /// ```
    pub fn capture_traces(self, per_second: u32) -> Self {
        capture_per_second(per_second);
        self
    }

    /// Opens a `tracing` span for each request, so that every log line has its ids and its route; see
    /// [`RequestSpan`].
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::layer::RequestSpan;
    ///
    /// let layer = ApiErrorLayer::new().request_span(RequestSpan::new());
    /// # let _ = layer;
    /// ```
    pub fn request_span(self, request_span: RequestSpan) -> Self {
        self.set(|settings| settings.request_span = Some(request_span))
    }

    /// Opens a span for each request, unless the service chose how.
    #[cfg(feature = "dev")]
    pub(crate) fn request_span_by_default(self) -> Self {
        self.set(|settings| {
            settings.request_span.get_or_insert_default();
        })
    }

    /// Returns a handle that reports failures outside of a request, such as those of a spawned
    /// task. It has the settings that the layer has now.
    pub fn reporter(&self) -> Reporter {
        Reporter::new(self.settings.clone())
    }

    /// Sets the renderer, which replaces the library's, also in production.
    pub fn render(self, render: impl Render) -> Self {
        self.set(|settings| settings.render = Some(Arc::new(render)))
    }

    /// Sets the renderer for what a service's own renderer leaves to the library.
    #[cfg(feature = "dev")]
    pub(crate) fn fallback_render(self, render: Option<Arc<dyn Render>>) -> Self {
        self.set(|settings| settings.fallback_render = render)
    }

    /// Sets what the owner of the fallback renderer does with requests.
    #[cfg(feature = "dev")]
    pub(crate) fn intercept(self, intercept: Option<Arc<dyn Intercept>>) -> Self {
        self.set(|settings| settings.intercept = intercept)
    }

    /// Sets the data that the fallback renderer gets with every error.
    #[cfg(feature = "dev")]
    pub(crate) fn attach(self, data: Captured) -> Self {
        self.set(|settings| settings.attached = Some(data))
    }

    /// Changes the public half of every error before it is serialized, for example by adding a
    /// member. The status cannot be changed.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    ///
    /// let layer = ApiErrorLayer::new().map(|mut problem, _context| {
    ///     let _ = problem.insert_member("region", "eu-1");
    ///     problem
    /// });
    /// # let _ = layer;
    /// ```
    pub fn map<F>(self, map: F) -> Self
    where
        F: Fn(Problem, &RequestContext) -> Problem + Send + Sync + 'static,
    {
        self.set(|settings| settings.map = Some(Arc::new(map)))
    }

    /// Sets the translator of titles, details and violations; the module
    /// [`translate`](crate::translate) has an example.
    ///
    /// It translates last, so [`map`](Self::map) and reporters see the texts of the service. Of two
    /// layers, the inner one's setting applies. Bodies from
    /// [`Reporter::problem_body`](crate::report::Reporter::problem_body) are not translated, because
    /// they are not written for one request.
    pub fn translate(self, translator: impl Translate) -> Self {
        self.translate_with(Arc::new(translator))
    }

    pub(crate) fn translate_with(self, translator: Arc<dyn Translate>) -> Self {
        self.set(|settings| settings.translator = Some(translator))
    }

    /// Masks every 5xx whose body is not one of ours, including JSON and problems of other
    /// libraries.
    ///
    /// By default such a body is sent unchanged, since it may be a wire format that clients read;
    /// so `(StatusCode::INTERNAL_SERVER_ERROR, Json(error.to_string()))` reaches the client with
    /// its text. With [`Foreign5xx::Mask`] the client gets the problem of the status, and the first
    /// 200 bytes of the body become a note for operators. Texts and bodies without a `Content-Type`
    /// are always masked. A [`Passthrough`](super::Passthrough) and gRPC stay unchanged. Of two
    /// layers, the inner one's setting applies.
    ///
    /// ```
    /// use definable_errors::{ApiErrorLayer, Mask};
    ///
    /// let layer = ApiErrorLayer::new().foreign_5xx(Mask);
    /// # let _ = layer;
    /// ```
    pub fn foreign_5xx(self, foreign_5xx: Foreign5xx) -> Self {
        self.set(|settings| settings.foreign_5xx = foreign_5xx)
    }

    /// Converts bodies of failed responses that are not ours into problems, such as the errors that
    /// a service wrote as JSON before it used this library.
    ///
    /// The hook gets the status and the whole body. If it returns `None`, the layer handles the
    /// body as if there were no hook. The response takes the status of the problem; its headers
    /// stay. Operators get the first 200 bytes of a 5xx body as a note.
    ///
    /// The hook is called for any content type, before [`foreign_5xx`](Self::foreign_5xx) masks
    /// anything, but not for a [`Passthrough`](super::Passthrough), gRPC, rejections of axum's own
    /// extractors, an empty body, or a body that is coded, of unknown size, larger than 64 KiB or
    /// not available at once. It must not block. A hook that panics counts as `None`.
    ///
    /// ```
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::problem::{Problem, type_for_status};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Old {
    ///     error: String,
    /// }
    ///
    /// let layer = ApiErrorLayer::new().adopt(|status, body| {
    ///     let old: Old = serde_json::from_slice(body).ok()?;
    ///     let problem = Problem::new(type_for_status(status));
    ///     Some(if status.is_client_error() { problem.with_detail(old.error) } else { problem })
    /// });
    /// # let _ = layer;
    /// ```
    pub fn adopt<F>(self, adopt: F) -> Self
    where
        F: Fn(ErrorStatus, &[u8]) -> Option<Problem> + Send + Sync + 'static,
    {
        self.set(|settings| settings.adopt = Some(Arc::new(adopt)))
    }

    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        let settings = Arc::make_mut(&mut self.settings);
        set(settings);
        settings.update_derived();
        self
    }
}

impl Default for ApiErrorLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ApiErrorLayer {
    type Service = ApiErrorService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ApiErrorService::new(inner, self.settings.clone())
    }
}

/// The layer converts the errors of others and has none of its own.
impl ProblemTypes for ApiErrorLayer {
    const TYPES: Types = Types::EMPTY;
}

/// Returns the prefix of the code in `type`, with a `/` unless it ends with another separator.
///
/// # Panics
///
/// Panics if `base` is neither an absolute URI nor a path that starts with `/`, or if it has a
/// character that is not allowed in a URI.
pub(crate) fn checked_base(mut base: Cow<'static, str>) -> Cow<'static, str> {
    assert!(is_base(&base), "a problem base is an absolute URI or a path that starts with /");
    if !base.ends_with(['/', '#', ':', '=', '?']) {
        base.to_mut().push('/');
    }
    base
}

fn is_base(base: &str) -> bool {
    let is_absolute = base.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    // Two slashes are followed by a host (RFC 3986 §4.2): `//evil` refers to another server, and is
    // not a path.
    let is_path = base.starts_with('/') && !base.starts_with("//");
    let is_uri = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    (is_absolute || is_path) && base.bytes().all(is_uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_absolute_or_a_full_path() {
        assert!(["/problems/", "https://e.example/x#", "urn:problem:"].into_iter().all(is_base));
        assert!(
            !["problems/", "", "https://e x/", "/a\"b", ":x", "1a:b", "//evil", "///evil", "//"]
                .into_iter()
                .any(is_base)
        );
    }
}
