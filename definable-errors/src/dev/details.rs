//! Everything that development mode shows of one error, for all of its representations.

use std::error::Error;
use std::fmt::Write;

use serde_json::Value;

use super::causes::{Cause, causes};
use super::request::{CapturedRequest, ShownRequest};
use super::routes::Routes;
use super::runs;
use super::texts::{beginning, shown, visible};
use super::timeline::Timeline;
use super::traceback::{Findings, Frame};
use crate::error::{ApiError, Explanation};
use crate::render::Failure;

/// What is shown of one error. Its texts are redacted, and have no control characters but line
/// feeds and tabs.
#[derive(Debug, Clone, Default)]
pub(super) struct Details {
    pub(super) status: u16,
    pub(super) title: String,
    pub(super) code: String,
    /// The code that only operators see.
    pub(super) internal_code: Option<&'static str>,
    /// `None` for an error without a source, which only the problem describes.
    pub(super) error_type: Option<String>,
    pub(super) message: String,
    pub(super) causes: Vec<Cause>,
    pub(super) notes: Vec<String>,
    /// Why access was denied, as labelled lists.
    pub(super) explanation: Vec<(&'static str, Vec<String>)>,
    /// What may help, as sentences.
    pub(super) hints: Vec<String>,
    /// The address of the documentation of the problem type, if there is one.
    pub(super) documentation: Option<String>,
    pub(super) location: Option<Place>,
    pub(super) frames: Vec<Frame>,
    pub(super) timeline: Timeline,
    pub(super) route: Option<String>,
    pub(super) request: ShownRequest,
    pub(super) caller: Option<String>,
    pub(super) request_id: String,
    pub(super) instance: String,
    pub(super) trace_id: Option<String>,
    pub(super) milliseconds: u128,
    /// The body that a client gets in production, as indented JSON.
    pub(super) production: String,
    pub(super) facts: Vec<(String, String)>,
}

/// The place where an error was created.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Details {
    pub(super) fn new(
        failure: &Failure,
        findings: &Findings,
        request: &CapturedRequest,
        facts: &[(String, String)],
    ) -> Self {
        let (error, context) = (failure.error(), failure.context());
        let message = message(error);
        let problem = failure.problem();
        Self {
            status: problem.status().as_u16(),
            title: visible(problem.title()),
            code: problem.code().to_owned(),
            internal_code: error.internal_code(),
            error_type: error.source_type().map(visible),
            causes: causes(error, &message).iter().map(Cause::shown).collect(),
            message: shown(&message),
            notes: error.notes().map(shown).collect(),
            explanation: explanation(error),
            hints: hints(failure, request),
            documentation: Routes::documentation(failure).map(|address| visible(&address)),
            location: error.location().map(|place| Place {
                file: visible(findings.file.as_deref().unwrap_or(place.file())),
                line: place.line(),
                column: place.column(),
            }),
            timeline: request.timeline(),
            frames: findings.frames.clone().unwrap_or_default(),
            route: context.route().map(visible),
            request: request.shown(context.route()).map_texts(visible),
            caller: context.subject().map(|subject| visible(&subject.to_string())),
            request_id: context.request_id().into_owned(),
            instance: context.id().to_string(),
            trace_id: context.trace_id().map(str::to_owned),
            milliseconds: context.elapsed().as_millis(),
            production: pretty(&failure.members()),
            facts: facts.iter().cloned().chain(crates(findings)).collect(),
        }
    }

    /// Returns the same with only the nearest lines of sources and the end of the timeline.
    pub(super) fn narrowed(&self) -> Self {
        Self {
            frames: self.frames.iter().map(Frame::narrowed).collect(),
            timeline: self.timeline.shortened(20, 200),
            ..self.clone()
        }
    }

    /// Returns the same with less of everything that may be long.
    pub(super) fn shortened(&self) -> Self {
        const LONG: usize = 600;
        let short = |text: &String| beginning(text, LONG);
        let few = |texts: &[String]| texts.iter().take(8).map(short).collect();
        let pairs = |pairs: &[(String, String)]| {
            let short = |text: &str| beginning(text, 120);
            pairs.iter().take(24).map(|(name, value)| (short(name), short(value))).collect()
        };
        let request = &self.request;
        Self {
            title: short(&self.title),
            error_type: self.error_type.as_ref().map(short),
            message: short(&self.message),
            causes: self
                .causes
                .iter()
                .take(8)
                .map(|cause| Cause { text: short(&cause.text), ..cause.clone() })
                .collect(),
            notes: few(&self.notes),
            explanation: self
                .explanation
                .iter()
                .map(|(label, texts)| (*label, few(texts)))
                .collect(),
            hints: few(&self.hints),
            documentation: self.documentation.as_ref().map(short),
            frames: self.frames.iter().take(24).map(Frame::shortened).collect(),
            timeline: self.timeline.shortened(8, 120),
            route: self.route.as_ref().map(short),
            request: ShownRequest {
                method: short(&request.method),
                origin: short(&request.origin),
                target: short(&request.target),
                version: request.version.clone(),
                parameters: pairs(&request.parameters),
                query: pairs(&request.query),
                headers: pairs(&request.headers),
                body: None,
            },
            caller: self.caller.as_ref().map(short),
            production: beginning(&self.production, 4 * LONG),
            facts: pairs(&self.facts),
            ..self.clone()
        }
    }

    /// Returns about how many bytes of memory it needs.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + format!("{self:?}").len()
    }

    /// Returns the type of the error, or that of the library for an error without a source.
    pub(super) fn error_type(&self) -> &str {
        self.error_type.as_deref().unwrap_or("definable_errors::ApiError")
    }
}

/// Whether an error has anything to add beyond what its client sees anyway.
pub(super) fn has_private_half(error: &ApiError) -> bool {
    error.problem().status().is_server_error() || error.source().is_some()
}

/// Returns the text of the source, or, without one, the detail that clients see.
pub(super) fn message(error: &ApiError) -> String {
    match error.source() {
        Some(source) => source.to_string(),
        None => error.problem().detail().to_owned(),
    }
}

/// Returns the hints of the error and of those in its chain, then those of the routes.
fn hints(failure: &Failure, request: &CapturedRequest) -> Vec<String> {
    let error = failure.error();
    let inner = error.chain().filter_map(|cause| cause.downcast_ref::<ApiError>());
    let declared = std::iter::once(error).chain(inner).flat_map(ApiError::hints).map(shown);
    let of_routes = Routes::hints(failure, request.path());
    let mut hints = Vec::new();
    for hint in declared.chain(of_routes.iter().map(|hint| shown(hint))) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// Returns the versions of the crates that are in the traceback.
fn crates(findings: &Findings) -> Option<(String, String)> {
    let crates = runs::crates(findings.frames.as_deref().unwrap_or_default());
    (!crates.is_empty()).then(|| ("In the traceback".to_owned(), crates.join(", ")))
}

fn explanation(error: &ApiError) -> Vec<(&'static str, Vec<String>)> {
    let Some(explanation) = error.downcast_ref::<Explanation>() else {
        return Vec::new();
    };
    let list = |texts: &[String]| texts.iter().map(|text| shown(text)).collect();
    vec![("Missing", list(explanation.missing())), ("Checked", list(explanation.checks()))]
}

/// Writes the members as indented JSON, in their order.
fn pretty(members: &[(String, Value)]) -> String {
    let mut out = String::from("{");
    for (at, (name, value)) in members.iter().enumerate() {
        let value = plain(&format!("{value:#}")).replace('\n', "\n  ");
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(out, "{comma}\n  {}: {value}", Value::from(&**name));
    }
    out.push_str("\n}");
    out
}

/// Escapes in JSON what [`visible`] makes visible; line feeds are between its values.
fn plain(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        let is_shown =
            letter == '\n' || visible(letter.encode_utf8(&mut [0; 4])).starts_with(letter);
        if is_shown {
            out.push(letter);
        } else {
            let _ = write!(out, "\\u{:04x}", u32::from(letter));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn production_body_keeps_the_order_of_its_members() {
        let members =
            [("type".to_owned(), json!("/x\u{202e}")), ("errors".to_owned(), json!([{"a": 1}]))];
        let text = pretty(&members);
        assert!(
            text.starts_with("{\n  \"type\": \"/x\\u202e\",\n  \"errors\": [\n    {\n"),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["errors"][0]["a"], 1);
    }
}
