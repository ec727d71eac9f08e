//! The renderer of development mode: the standard body with more members, or a page.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use serde_json::{Value, json};

use super::causes::causes;
use super::details::{Details, has_private_half, message};
use super::gate::Gate;
use super::page::Page;
use super::recent::{self, Ring};
use super::request::CapturedRequest;
use super::resolver::Question;
use super::roots::Roots;
use super::terminal::{self, Terminal};
use super::traceback::{Birth, Findings};
use super::{redact, resolver, token};
use crate::error::{ApiError, Explanation};
use crate::layer::Intercept;
use crate::render::{Captured, Failure, MediaType, Render, Rendering, Representation};

/// A renderer that shows more than in production to clients that may see it.
#[derive(Debug)]
pub(super) struct DevelopmentRender {
    gate: Gate,
    roots: Arc<Roots>,
    inner: Arc<Inner>,
}

/// What the thread that resolves frames needs.
#[derive(Debug)]
struct Inner {
    page: Page,
    ring: Ring,
    terminal: Terminal,
}

impl DevelopmentRender {
    pub(super) fn new(gate: Gate, roots: Roots, page: Page, terminal: Terminal) -> Self {
        let inner = Inner { page, ring: Ring::default(), terminal };
        Self { gate, roots: Arc::new(roots), inner: Arc::new(inner) }
    }

    fn question(&self, error: &ApiError) -> Question {
        Question {
            trace: error.trace().cloned(),
            birth: match error.source_type() {
                Some("panic") => Birth::Panicked,
                _ => Birth::Returned,
            },
            file: error.location().map(|place| place.file().to_owned()),
            roots: self.roots.clone(),
        }
    }
}

impl Render for DevelopmentRender {
    fn capture(&self, request: &Parts) -> Option<Captured> {
        Some(Arc::new(CapturedRequest::new(request, self.gate.judge(request))))
    }

    fn render(&self, failure: &Failure) -> Rendering {
        let Some(request) = captured(failure) else {
            return Rendering::Standard;
        };
        let question = self.question(failure.error());
        let (inner, for_thread) = (self.inner.clone(), failure.clone());
        if let Err(reason) = &request.gate {
            if has_private_half(failure.error()) {
                reason.explain();
            }
            resolver::submit(question, move |findings| drop(inner.record(&for_thread, &findings)));
            return Rendering::Standard;
        }
        let answer = resolver::ask(question, move |findings| {
            let details = inner.record(&for_thread, &findings);
            details.map(|details| inner.represent(&for_thread, &findings, &details))
        });
        let (inner, failure) = (self.inner.clone(), failure.clone());
        Rendering::Later(Box::pin(async move {
            let representation = answer.await.ok().flatten();
            representation.unwrap_or_else(|| inner.without_findings(&failure))
        }))
    }

    fn depends_on_accept(&self) -> bool {
        true
    }
}

impl Intercept for DevelopmentRender {
    fn answer(&self, request: &Parts) -> Option<Response> {
        token::exchange(request).or_else(|| {
            let path = request.uri.path();
            let is_open = path.starts_with(recent::PATH) && self.gate.judge(request).is_ok();
            is_open.then(|| recent::answer(request, &self.inner.ring, &self.inner.page)).flatten()
        })
    }

    fn observe(&self, body: Body, captured: &Captured) -> Body {
        match captured.downcast_ref::<CapturedRequest>() {
            Some(request) => request.observe(body),
            None => body,
        }
    }
}

fn captured(failure: &Failure) -> Option<&CapturedRequest> {
    failure.captured()
}

impl Inner {
    /// Collects the details of an error, prints a 5xx, and keeps the error for the list.
    fn record(&self, failure: &Failure, findings: &Findings) -> Option<Details> {
        let details = self.details(failure, findings)?;
        if details.status >= 500 && self.terminal == Terminal::Printed {
            terminal::print(&details);
        }
        self.ring.push(details.clone());
        Some(details)
    }

    fn details(&self, failure: &Failure, findings: &Findings) -> Option<Details> {
        Some(Details::new(failure, findings, captured(failure)?, self.page.facts()))
    }

    /// Writes what the client prefers.
    fn represent(
        &self,
        failure: &Failure,
        findings: &Findings,
        details: &Details,
    ) -> Representation {
        let has_more = has_private_half(failure.error()) || !details.hints.is_empty();
        match failure.media_type() {
            MediaType::Html => self.page.html(details),
            _ if !has_more => failure.standard(),
            MediaType::Text => Page::text(failure, details),
            MediaType::Markdown => Page::markdown(failure, details),
            _ if !has_private_half(failure.error()) => failure.standard(),
            _ => failure.standard_with(&members(failure.error(), findings)),
        }
    }

    /// Writes the same for an error whose frames could not be resolved.
    fn without_findings(&self, failure: &Failure) -> Representation {
        let findings = Findings::default();
        match self.details(failure, &findings) {
            Some(details) => self.represent(failure, &findings, &details),
            None => failure.standard(),
        }
    }
}

type Members = Vec<(&'static str, Value)>;

fn members(error: &ApiError, findings: &Findings) -> Members {
    let message = message(error);
    let causes = causes(error, &message);
    let mut members = vec![
        ("error_type", error.source_type().unwrap_or("definable_errors::ApiError").into()),
        ("error_message", redact::text(&message).into()),
        ("causes", causes.iter().map(|cause| redact::text(&cause.text)).collect()),
    ];
    if let Some(explanation) = error.downcast_ref::<Explanation>() {
        let list = |texts: &[String]| texts.iter().map(|text| redact::text(text)).collect();
        members.push(("missing", list(explanation.missing())));
        members.push(("checks", list(explanation.checks())));
    }
    if let Some(place) = error.location() {
        let filename = findings.file.as_deref().unwrap_or(place.file());
        let location =
            json!({ "filename": filename, "lineno": place.line(), "column": place.column() });
        members.push(("location", location));
    }
    if let Some(frames) = &findings.frames {
        members.push(("traceback", frames.iter().map(Value::from).collect()));
    }
    members
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fmt;

    use super::*;
    use crate::error::{ResultExt, SourceLocation};

    #[derive(Debug)]
    struct Link(&'static str, Option<Box<Link>>);

    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|link| link as _)
        }
    }

    fn chain(texts: &[&'static str]) -> Link {
        let mut links = texts.iter().rev();
        let last = Link(links.next().unwrap(), None);
        links.fold(last, |inner, text| Link(text, Some(Box::new(inner))))
    }

    fn reported(error: &ApiError) -> Value {
        members(error, &Findings::default())
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    #[test]
    fn causes_are_the_chain_below_the_source() {
        let texts = ["storage failed", "query: no table", "query: no table", "no table"];
        let error = Err::<(), _>(chain(&texts)).or_internal().unwrap_err();
        let error = error.with_location(SourceLocation::fixed("src/main.rs"));
        let reported = reported(&error);
        assert_eq!(reported["error_type"], std::any::type_name::<Link>());
        assert_eq!(reported["error_message"], "storage failed");
        assert_eq!(reported["causes"], json!(["query: no table", "no table"]));
        assert_eq!(reported["location"]["filename"], "src/main.rs");
        assert_eq!(reported.get("traceback"), None);
    }

    #[test]
    fn an_explanation_is_found_behind_what_hides_it() {
        let denial =
            ApiError::forbidden("No.").with_source(Explanation::new(&["kb:read"], &["no role"]));
        let reported = reported(&ApiError::not_found("Nothing.").with_source(denial));
        assert_eq!(
            (&reported["missing"], &reported["checks"]),
            (&json!(["kb:read"]), &json!(["no role"]))
        );
    }

    #[test]
    fn an_endless_chain_ends() {
        let texts: Vec<_> = (0..100).map(|index| if index % 2 == 0 { "a" } else { "b" }).collect();
        let error = Err::<(), _>(chain(&texts)).or_internal().unwrap_err();
        assert!(reported(&error)["causes"].as_array().unwrap().len() <= 32);
    }

    #[test]
    fn an_error_without_a_source_speaks_for_itself() {
        let error = ApiError::internal_error();
        let reported = reported(&error);
        assert_eq!(reported["error_type"], "definable_errors::ApiError");
        assert_eq!(reported["error_message"], "Internal server error");
        assert_eq!(reported["causes"], json!([]));
    }

    #[test]
    fn a_plain_client_error_has_nothing_more_to_tell() {
        assert!(!has_private_half(&ApiError::conflict("taken")));
        assert!(has_private_half(&ApiError::conflict("taken").with_source("row 7")));
        assert!(has_private_half(&ApiError::internal_error()));
    }
}
