//! Errors of streams and sockets after the head of their response was sent.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use axum::response::Response;
use bytes::Bytes;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::kept::Kept;
use super::settings::{Settings, call_renderer, record};
use super::watch::Watch;
use crate::context::RequestContext;
use crate::error::{ApiError, is_client_disconnected};
use crate::problem::Problem;
use crate::render::{self, Document, Failure, Ids, MediaType, Rendering};
use crate::report::{ActiveSpan, ErrorEvent, FailedPart};
use crate::respond::DEFAULT_BASE;

/// The connection of a stream or a socket to the layer around its handler: an error after the head
/// is reported and rendered as the error of a response is.
///
/// The response carries it in its extensions. The innermost layer attaches itself when the head
/// passes, so requests without a stream do no work for it. Without a layer the problem is rendered
/// as an `ApiError` is without one, and nothing is reported.
#[derive(Clone, Default)]
pub(crate) struct LateErrors(Arc<OnceLock<Attached>>);

/// The layer and the request, as far as a late error needs them.
struct Attached {
    settings: Arc<Settings>,
    context: RequestContext,
    kept: Kept,
    span: ActiveSpan,
}

/// A problem that was reported and rendered, to be sent by a stream or a socket.
#[derive(Debug)]
pub(crate) struct LateProblem {
    error: ApiError,
    /// JSON on one line.
    pub(crate) body: Bytes,
    /// The id of the response, if there is a layer.
    pub(crate) instance: Option<Uuid>,
}

impl LateProblem {
    pub(crate) fn problem(&self) -> &Problem {
        self.error.problem()
    }
}

impl LateErrors {
    /// Adds the connection to a response.
    pub(crate) fn carried_by(&self, mut response: Response) -> Response {
        response.extensions_mut().insert(self.clone());
        response
    }

    pub(super) fn attach(&self, watch: &Watch) {
        let attached = Attached {
            settings: watch.settings.clone(),
            context: watch.context.clone(),
            kept: watch.kept.clone(),
            span: ActiveSpan::current(&watch.context),
        };
        // Only the first layer finds the extension, so nothing is attached yet.
        let _ = self.0.set(attached);
    }

    /// Reports an error at once, and returns the future of the problem that the client gets. It is
    /// `None` if the client disconnected.
    pub(crate) fn end(
        &self,
        error: ApiError,
    ) -> impl Future<Output = Option<LateProblem>> + Send + use<> {
        let error = error.with_note("after the head");
        let is_disconnected = is_client_disconnected(&error);
        let link = self.clone();
        let error = match link.0.get() {
            Some(attached) => attached.report(error),
            None => error,
        };
        async move {
            if is_disconnected {
                return None;
            }
            Some(match link.0.get() {
                Some(attached) => {
                    let mut rendered = pin!(attached.render(error));
                    poll_fn(|cx| attached.in_span(|| rendered.as_mut().poll(cx))).await
                }
                None => {
                    let body = document(error.problem(), DEFAULT_BASE, None);
                    LateProblem { error, body, instance: None }
                }
            })
        }
    }
}

impl Attached {
    /// Applies the settings of the service to an error, reports it, and returns it.
    fn report(&self, error: ApiError) -> ApiError {
        self.in_span(|| {
            let error = self.settings.apply(error, &self.context);
            let event = ErrorEvent::new(&error, &self.context).for_part(FailedPart::Body);
            record(&self.span, &event);
            self.settings.report(&event);
            error
        })
    }

    /// Works inside the span of the request: a socket is used in a task of its own.
    fn in_span<T>(&self, work: impl FnOnce() -> T) -> T {
        match self.kept.span() {
            Some(span) => span.in_scope(work),
            None => work(),
        }
    }

    async fn render(&self, error: ApiError) -> LateProblem {
        let translated = self.settings.translated(&error, &self.kept);
        let body = match self.rendered(&error, translated.as_deref()).await {
            Some(body) => body,
            None => {
                let problem = translated.as_deref().unwrap_or(error.problem());
                document(problem, &self.settings.base, Some(&Ids::of(&self.context)))
            }
        };
        LateProblem { error, body, instance: Some(self.context.id()) }
    }

    /// Returns the body of the first renderer that writes JSON. Any other body cannot be a part of
    /// the stream.
    async fn rendered(&self, error: &ApiError, translated: Option<&Problem>) -> Option<Bytes> {
        for (number, render) in self.settings.renderers().into_iter().enumerate() {
            let Some(render) = render else { continue };
            let failure = Failure {
                error: error.clone(),
                translated: translated.cloned().map(Box::new),
                context: self.context.clone(),
                base: self.settings.base.clone(),
                media_type: MediaType::Json,
                captured: self.kept.captured(number).cloned(),
                attached: self.settings.attached.clone(),
            };
            let representation = match call_renderer(&**render, &failure) {
                Rendering::Standard => continue,
                Rendering::Ready(representation) => representation,
                Rendering::Later(future) => future.await,
            };
            return one_line(representation.body);
        }
        None
    }
}

fn document(problem: &Problem, base: &str, ids: Option<&Ids<'_>>) -> Bytes {
    render::json(&Document { problem, base, ids, more: &[] })
}

/// Returns JSON without its line ends, which occur only between its tokens; or `None` for a body
/// that is not JSON.
fn one_line(body: Bytes) -> Option<Bytes> {
    serde_json::from_slice::<IgnoredAny>(&body).ok()?;
    let is_line_end = |byte: u8| matches!(byte, b'\r' | b'\n');
    if !body.iter().copied().any(is_line_end) {
        return Some(body);
    }
    Some(body.iter().copied().filter(|byte| !is_line_end(*byte)).collect())
}

impl fmt::Debug for LateErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LateErrors").field("is_attached", &self.0.get().is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_between_tokens_are_removed_and_other_texts_are_no_json() {
        let line = |text: &'static str| one_line(Bytes::from_static(text.as_bytes()));
        assert_eq!(line("{\"a\": \"b\\n\"}").unwrap(), "{\"a\": \"b\\n\"}");
        assert_eq!(line("{\r\n  \"a\": 1\n}").unwrap(), "{  \"a\": 1}");
        assert_eq!(line("<html>"), None);
        assert_eq!(line(""), None);
    }
}
