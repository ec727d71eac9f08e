//! The response path: report, negotiate, render, respond.

use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{self, HeaderMap};
use http::response::Parts;
use http_body::Body as HttpBody;

use super::classify::{Found, classify};
use super::panic;
use super::settings::call_renderer;
use super::span::{Span, in_current_span};
use super::watch::Watch;
use super::watched_body::{is_watched, watched};
use crate::context::X_REQUEST_ID;
use crate::error::{ApiError, BoxError};
use crate::problem::Problem;
use crate::render::{self, Captured, Document, Failure, Ids, Render, Rendering, Representation};
use crate::respond;

/// A response that is ready, or one whose body is still being written.
pub(super) enum Finish {
    Now(Response),
    Later(Later),
}

/// Handles the response of the inner service.
pub(super) fn finish<B>(response: Response<B>, watch: Watch) -> Finish
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let (mut parts, body) = response.into_parts();
    if let Some(refusal) = watch.prepared(&parts, &body) {
        let body = watch.answer_prepared(refusal, &mut parts);
        return Finish::Now(Response::from_parts(parts, body.into()));
    }
    match classify(&mut parts, body, &watch) {
        Found::Finished(body) if is_watched(&body, &watch) => {
            Finish::Now(pass_on(parts, body, watch))
        }
        Found::Finished(body) => Finish::Now(stamped(parts, Body::new(body), &watch)),
        Found::Foreign(error, body) => {
            watch.report(&parts, &error);
            watch.mark(&mut parts);
            Finish::Now(if is_watched(&body, &watch) {
                pass_on(parts, body, watch)
            } else {
                stamped(parts, body, &watch)
            })
        }
        Found::Enclosing(enclosed) => {
            watch.report_items(&enclosed);
            let body = enclosed.write(&watch.settings.base, |error| in_language(error, &watch));
            if watch.translates() {
                respond::vary_by_language(&mut parts.headers);
            }
            watch.mark(&mut parts);
            Finish::Now(stamped(parts, body.into(), &watch))
        }
        Found::Ours(error) => respond_with(parts, error, watch),
    }
}

/// Applies the settings to an error that a body encloses, and translates it.
fn in_language(error: &ApiError, watch: &Watch) -> ApiError {
    let error = watch.apply_settings(error.clone());
    match watch.translated(&error) {
        Some(translated) => error.map_problem(|_| *translated),
        None => error,
    }
}

/// Handles the response to a request that was answered in place of the inner service.
pub(super) fn intercepted(response: Response, watch: &Watch) -> Finish {
    let (mut parts, body) = response.into_parts();
    watch.mark(&mut parts);
    Finish::Now(stamped(parts, body, watch))
}

/// Passes on a body that is not ours, and watches it.
fn pass_on<B>(mut parts: Parts, body: B, watch: Watch) -> Response
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    stamp(&mut parts, &watch);
    Response::from_parts(parts, in_current_span(watched(body, watch)))
}

/// Answers with an error if there is no response.
pub(super) fn fail(error: ApiError, watch: Watch) -> Finish {
    let (mut parts, ()) = Response::new(()).into_parts();
    respond::own_headers(&error, &mut parts.headers);
    respond_with(parts, error, watch)
}

/// Reports an error, and responds with it.
fn respond_with(parts: Parts, error: ApiError, watch: Watch) -> Finish {
    let error = watch.apply_settings(error);
    watch.report(&parts, &error);
    let translated = watch.translated(&error);
    let mut ending = Ending { parts, error, translated, watch, depends_on_accept: false };
    let (rendering, depends_on_accept) = ending.rendering();
    ending.depends_on_accept = depends_on_accept;
    match rendering {
        Rendering::Standard => Finish::Now(ending.standard()),
        Rendering::Ready(representation) => Finish::Now(ending.with(representation)),
        Rendering::Later(future) => Finish::Later(Later { future, ending: Some(ending) }),
    }
}

/// A body that a renderer writes asynchronously.
pub(super) struct Later {
    future: Pin<Box<dyn Future<Output = Representation> + Send>>,
    ending: Option<Ending>,
}

impl Later {
    /// Polls inside the span of the request.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response> {
        match self.span() {
            Some(span) => span.in_scope(|| self.poll_response(cx)),
            None => self.poll_response(cx),
        }
    }

    fn span(&self) -> Option<Span> {
        self.ending.as_ref()?.watch.kept.span().cloned()
    }

    fn poll_response(&mut self, cx: &mut Context<'_>) -> Poll<Response> {
        let representation = match panic::caught(|| self.future.as_mut().poll(cx)) {
            Some(polled) => Some(ready!(polled)),
            None => None,
        };
        let ending = self.ending.take().expect("a future is not polled after its answer");
        Poll::Ready(match representation {
            Some(representation) => ending.with(representation),
            None => ending.standard(),
        })
    }
}

/// Drops the future inside the span of the request, if the client disconnected.
impl Drop for Later {
    fn drop(&mut self) {
        if let Some(span) = self.span() {
            span.in_scope(|| self.future = Box::pin(pending()));
        }
    }
}

/// All parts of a failed response except its body.
struct Ending {
    parts: Parts,
    error: ApiError,
    /// The problem in the language of the client, if there is a translator.
    translated: Option<Box<Problem>>,
    watch: Watch,
    /// The renderer chooses the body by `Accept`.
    depends_on_accept: bool,
}

impl Ending {
    /// Returns the answer of the first renderer that does not leave the body to the library, and
    /// whether a renderer chose by `Accept`.
    fn rendering(&self) -> (Rendering, bool) {
        let mut depends_on_accept = false;
        for (number, render) in self.watch.settings.renderers().into_iter().enumerate() {
            let Some(render) = render else { continue };
            let rendering = self.call(&**render, self.watch.kept.captured(number));
            depends_on_accept |= panic::caught(|| render.depends_on_accept()).unwrap_or(true);
            if !matches!(rendering, Rendering::Standard) {
                return (rendering, depends_on_accept);
            }
        }
        (Rendering::Standard, depends_on_accept)
    }

    fn call(&self, render: &dyn Render, captured: Option<&Captured>) -> Rendering {
        let failure = Failure {
            error: self.error.clone(),
            translated: self.translated.clone(),
            context: self.watch.context.clone(),
            base: self.watch.settings.base.clone(),
            media_type: self.watch.media_type(),
            captured: captured.cloned(),
            attached: self.watch.settings.attached.clone(),
        };
        call_renderer(render, &failure)
    }

    fn standard(self) -> Response {
        let ids = Ids::of(&self.watch.context);
        let document = Document {
            problem: self.translated.as_deref().unwrap_or(self.error.problem()),
            base: &self.watch.settings.base,
            ids: Some(&ids),
            more: &[],
        };
        let representation = render::represent(&document, self.watch.media_type());
        self.with(representation)
    }

    fn with(self, representation: Representation) -> Response {
        let Self { mut parts, error, translated, watch, depends_on_accept } = self;
        let Representation { content_type, headers, body, is_negotiated, is_untranslated } =
            representation;
        respond::write_head(&mut parts, error, &watch.settings.challenge, content_type);
        if is_negotiated || depends_on_accept {
            respond::vary_by_accept(&mut parts.headers);
        }
        if watch.translates() {
            let translated = translated.as_deref().filter(|_| !is_untranslated);
            add_language(translated, &mut parts.headers);
        }
        for (name, value) in headers {
            parts.headers.insert(name, value);
        }
        watch.mark(&mut parts);
        let body = if watch.is_head() {
            parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            Body::empty()
        } else {
            Body::from(body)
        };
        stamped(parts, body, &watch)
    }
}

/// Adds the headers of a body that depends on the language of the client.
#[cold]
fn add_language(translated: Option<&Problem>, headers: &mut HeaderMap) {
    respond::vary_by_language(headers);
    if let Some(language) = translated.and_then(Problem::language) {
        respond::set_language(headers, language);
    }
}

fn stamped(mut parts: Parts, body: Body, watch: &Watch) -> Response {
    stamp(&mut parts, watch);
    Response::from_parts(parts, body)
}

/// Adds the id to every response; an outer layer stamps a response that an inner one left
/// unchanged.
fn stamp(parts: &mut Parts, watch: &Watch) {
    parts.headers.insert(X_REQUEST_ID, watch.context.request_id_header());
}
