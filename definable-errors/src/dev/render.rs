//! The standard body with the members of development mode, in the order of the contract.

use std::error::Error;
use std::sync::Arc;

use http::request::Parts;
use serde_json::{Value, json};

use super::gate::{Admitted, Gate, Withheld};
use super::resolver::{Findings, Question};
use super::roots::Roots;
use super::traceback::Birth;
use super::{redact, resolver};
use crate::error::{ApiError, Explanation};
use crate::render::{Captured, Failure, Render, Rendering};

/// A renderer that writes the standard body with the members of development mode, for clients that
/// may see them.
#[derive(Debug)]
pub(super) struct DevelopmentRender {
    gate: Gate,
    roots: Arc<Roots>,
}

impl DevelopmentRender {
    pub(super) fn new(gate: Gate, roots: Roots) -> Self {
        Self { gate, roots: Arc::new(roots) }
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
        Some(Arc::new(self.gate.judge(request)))
    }

    fn render(&self, failure: &Failure) -> Rendering {
        if !has_members(failure.error()) {
            return Rendering::Standard;
        }
        match failure.captured::<Result<Admitted, Withheld>>() {
            Some(Ok(Admitted)) => {}
            Some(Err(reason)) => {
                reason.explain();
                return Rendering::Standard;
            }
            None => return Rendering::Standard,
        }
        let answer = resolver::ask(self.question(failure.error()));
        let failure = failure.clone();
        Rendering::Later(Box::pin(async move {
            let findings = answer.await.unwrap_or_default();
            failure.standard_with(&members(failure.error(), findings))
        }))
    }
}

type Members = Vec<(&'static str, Value)>;

const MAX_CAUSES: usize = 32;

/// Whether an error has anything to add beyond what its client sees anyway.
fn has_members(error: &ApiError) -> bool {
    error.problem().status().is_server_error() || error.source().is_some()
}

fn members(error: &ApiError, findings: Findings) -> Members {
    let message = message(error);
    let causes = causes(error, &message);
    let mut members = vec![
        ("error_type", error.source_type().unwrap_or("definable_errors::ApiError").into()),
        ("error_message", redact::text(&message).into()),
        ("causes", causes.iter().map(|cause| redact::text(cause)).collect()),
    ];
    if let Some(explanation) = error.downcast_ref::<Explanation>() {
        let list = |texts: &[String]| texts.iter().map(|text| redact::text(text)).collect();
        members.push(("missing", list(explanation.missing())));
        members.push(("checks", list(explanation.checks())));
    }
    if let Some(place) = error.location() {
        let filename = findings.file.unwrap_or_else(|| place.file().to_owned());
        let location =
            json!({ "filename": filename, "lineno": place.line(), "column": place.column() });
        members.push(("location", location));
    }
    if let Some(frames) = findings.frames {
        members.push(("traceback", frames.into_iter().map(Value::from).collect()));
    }
    members
}

fn message(error: &ApiError) -> String {
    match error.source() {
        Some(source) => source.to_string(),
        None => error.problem().detail().to_owned(),
    }
}

/// Returns the chain below the source. A wrapper with the same text as the error that it wraps is
/// left out.
fn causes(error: &ApiError, message: &str) -> Vec<String> {
    let mut last = message.to_owned();
    let below = error.chain().skip(1).take(MAX_CAUSES).map(ToString::to_string);
    below.filter(|cause| std::mem::replace(&mut last, cause.clone()) != *cause).collect()
}

#[cfg(test)]
mod tests {
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
        members(error, Findings::default())
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
        assert!(reported(&error)["causes"].as_array().unwrap().len() <= MAX_CAUSES);
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
        assert!(!has_members(&ApiError::conflict("taken")));
        assert!(has_members(&ApiError::conflict("taken").with_source("row 7")));
        assert!(has_members(&ApiError::internal_error()));
    }
}
