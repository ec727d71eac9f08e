use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::Value;
use uuid::Uuid;

use super::{MediaType, Representation, html, json, markdown, text, xml};
use crate::occurrence::{Occurrence, TraceContext};
use crate::problem::Problem;

/// The members of a problem body, in the order of the contract.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) problem: &'a Problem,
    /// What stands before the code in `type`.
    pub(crate) base: &'a str,
    /// Absent without the layer.
    pub(crate) ids: Option<&'a Ids<'a>>,
    /// Members that somebody adds at the end.
    pub(crate) more: &'a [(&'static str, Value)],
}

/// The ids of one response.
#[derive(Debug)]
pub(crate) struct Ids<'a> {
    instance: Uuid,
    request_id: Cow<'a, str>,
    trace: Option<TraceContext>,
}

impl<'a> Ids<'a> {
    pub(crate) fn of(occurrence: &'a Occurrence) -> Self {
        Self {
            instance: occurrence.id(),
            request_id: occurrence.request_id(),
            trace: occurrence.trace_context(),
        }
    }
}

/// Takes the members of a document one by one. Names are constant or checked: nobody escapes them.
pub(super) trait Sink {
    fn text(&mut self, name: &str, text: &str);
    /// Text, in two parts, that is known to need no escaping in JSON.
    fn plain(&mut self, name: &str, first: &str, second: &str);
    fn number(&mut self, name: &str, number: u32);
    fn flag(&mut self, name: &str);
    fn value(&mut self, name: &str, value: &Value);
    fn violations(&mut self, problem: &Problem);
}

impl Document<'_> {
    pub(super) fn write(&self, sink: &mut impl Sink) {
        let problem = self.problem;
        sink.plain("type", self.base, problem.code());
        match problem.problem_type().title_is_plain() {
            true => sink.plain("title", problem.title(), ""),
            false => sink.text("title", problem.title()),
        }
        sink.number("status", problem.status().as_u16().into());
        sink.text("detail", problem.detail());
        self.write_ids(sink);
        if let Some(seconds) = problem.retry_after() {
            sink.number("retry_after", seconds);
        }
        if problem.is_retryable() {
            sink.flag("retryable");
        }
        if !problem.violations().is_empty() {
            sink.violations(problem);
        }
        if problem.is_truncated() {
            sink.flag("truncated");
        }
        for (name, value) in problem.members().iter() {
            sink.value(name, value);
        }
        for (name, value) in self.more {
            sink.value(name, value);
        }
    }

    fn write_ids(&self, sink: &mut impl Sink) {
        let mut buffer = Uuid::encode_buffer();
        if let Some(ids) = self.ids {
            let id = ids.instance.hyphenated().encode_lower(&mut buffer);
            sink.plain("instance", "urn:uuid:", id);
        }
        sink.plain("code", self.problem.code(), "");
        if let Some(ids) = self.ids {
            sink.plain("request_id", &ids.request_id, "");
        }
        if let Some(trace) = self.ids.and_then(|ids| ids.trace.as_ref()) {
            sink.plain("trace_id", trace.trace_id(), "");
        }
    }

    pub(crate) fn json(&self) -> Bytes {
        json::write(self)
    }

    pub(crate) fn render(&self, media_type: MediaType) -> Representation {
        let body = match media_type {
            MediaType::Json => self.json(),
            MediaType::Html => html::write(self).into(),
            MediaType::Text => text::write(self).into(),
            MediaType::Markdown => markdown::write(self).into(),
            MediaType::Xml => xml::write(self).into(),
        };
        let representation = Representation::of(media_type.content_type(), body);
        match media_type {
            MediaType::Html => {
                representation.with_header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)
            }
            _ => representation,
        }
    }

    /// All members as values, for the representations in which speed is no matter.
    pub(super) fn members(&self) -> Vec<(String, Value)> {
        let mut members = Collected::default();
        self.write(&mut members);
        members.0
    }
}

const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
);

#[derive(Default)]
struct Collected(Vec<(String, Value)>);

impl Collected {
    fn push(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }
}

impl Sink for Collected {
    fn text(&mut self, name: &str, text: &str) {
        self.push(name, text);
    }

    fn plain(&mut self, name: &str, first: &str, second: &str) {
        self.push(name, format!("{first}{second}"));
    }

    fn number(&mut self, name: &str, number: u32) {
        self.push(name, number);
    }

    fn flag(&mut self, name: &str) {
        self.push(name, true);
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.push(name, value.clone());
    }

    fn violations(&mut self, problem: &Problem) {
        let violations = serde_json::to_value(problem.violations());
        self.push("errors", violations.expect("violations are text and JSON values"));
    }
}
