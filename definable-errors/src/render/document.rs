//! A problem body as a list of members, and the sink that every format is.

use http::HeaderValue;
use serde_json::Value;
use uuid::fmt::{Hyphenated, Urn};

use crate::context::RequestContext;
use crate::problem::Problem;

/// The name of a member of the contract, also in the forms that JSON needs.
pub(super) struct Name {
    pub(super) plain: &'static str,
    pub(super) json: &'static str,
    /// The JSON form, followed by the quote that begins a text.
    pub(super) json_text: &'static str,
}

/// Creates a [`Name`] in all its forms.
macro_rules! name {
    ($name:literal) => {
        Name {
            plain: $name,
            json: concat!(",\"", $name, "\":"),
            json_text: concat!(",\"", $name, "\":\""),
        }
    };
}

/// Receives the members of a document one by one. Names are constant or checked, so they are not
/// escaped.
pub(super) trait Sink {
    fn text(&mut self, name: Name, text: &str);
    /// Writes ASCII, in two parts, that is known to need no escaping in JSON.
    fn plain(&mut self, name: Name, first: &[u8], second: &[u8]);
    fn number(&mut self, name: Name, number: u32);
    fn flag(&mut self, name: Name);
    fn violations(&mut self, name: Name, problem: &Problem);
    /// Writes a declared member.
    fn value(&mut self, name: &str, value: &Value);
}

/// The members of a problem body, in the order of the contract.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) problem: &'a Problem,
    /// The prefix of the code in `type`.
    pub(crate) base: &'a str,
    /// `None` without the layer.
    pub(crate) ids: Option<&'a Ids<'a>>,
    /// Further members at the end.
    pub(crate) more: &'a [(&'static str, Value)],
}

/// The ids of one response.
#[derive(Debug)]
pub(crate) struct Ids<'a> {
    pub(super) instance: [u8; Urn::LENGTH],
    /// The caller's own id, if it sent one.
    request_id: Option<&'a [u8]>,
    pub(super) trace_id: Option<&'a [u8]>,
}

impl Ids<'static> {
    /// A byte that occurs in no body, because JSON escapes it.
    pub(super) const BLANK_BYTE: u8 = 0;

    /// Placeholders for the ids in a prepared body.
    pub(super) const BLANK: Self = Self {
        instance: [Self::BLANK_BYTE; Urn::LENGTH],
        request_id: Some(&[Self::BLANK_BYTE]),
        trace_id: Some(&[Self::BLANK_BYTE]),
    };

    /// The ids of examples in documentation.
    #[cfg(any(feature = "catalog", feature = "openapi"))]
    pub(crate) const EXAMPLE: Self = Self {
        instance: *b"urn:uuid:0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11",
        request_id: None,
        trace_id: None,
    };
}

impl<'a> Ids<'a> {
    pub(crate) fn of(context: &'a RequestContext) -> Self {
        let mut instance = [0; Urn::LENGTH];
        context.id().urn().encode_lower(&mut instance);
        Self {
            instance,
            request_id: context.inbound_id().map(HeaderValue::as_bytes),
            trace_id: context.raw_trace_id(),
        }
    }

    pub(super) fn request_id(&self) -> &[u8] {
        self.request_id.unwrap_or(&self.instance[Urn::LENGTH - Hyphenated::LENGTH..])
    }

    /// Returns the length of the ids in JSON.
    pub(super) fn json_length(&self) -> usize {
        const MEMBERS: usize = r#","instance":"","request_id":"""#.len();
        const TRACE: usize = r#","trace_id":"""#.len();
        let trace = self.trace_id.map_or(0, |id| TRACE + id.len());
        MEMBERS + self.instance.len() + self.request_id().len() + trace
    }
}

impl Document<'_> {
    pub(super) fn write(&self, sink: &mut impl Sink) {
        let problem = self.problem;
        match problem.problem_type().uri() {
            Some(uri) => sink.plain(name!("type"), uri.as_bytes(), b""),
            None => sink.plain(name!("type"), self.base.as_bytes(), problem.code().as_bytes()),
        }
        match problem.plain_title() {
            Some(title) => sink.plain(name!("title"), title.as_bytes(), b""),
            None => sink.text(name!("title"), problem.title()),
        }
        sink.number(name!("status"), problem.status().as_u16().into());
        if problem.detail_is_plain() {
            sink.plain(name!("detail"), problem.detail().as_bytes(), b"");
        } else {
            sink.text(name!("detail"), problem.detail());
        }
        self.write_ids(sink);
        if let Some(seconds) = problem.retry_after_seconds() {
            sink.number(name!("retry_after"), seconds);
        }
        if problem.is_retryable() {
            sink.flag(name!("retryable"));
        }
        if !problem.violations().is_empty() {
            sink.violations(name!("errors"), problem);
        }
        if problem.is_truncated() {
            sink.flag(name!("truncated"));
        }
        for (name, value) in problem.members().iter() {
            sink.value(name, value);
        }
        for (name, value) in self.more {
            sink.value(name, value);
        }
    }

    fn write_ids(&self, sink: &mut impl Sink) {
        let code = self.problem.code().as_bytes();
        let Some(ids) = self.ids else { return sink.plain(name!("code"), code, b"") };
        sink.plain(name!("instance"), &ids.instance, b"");
        sink.plain(name!("code"), code, b"");
        sink.plain(name!("request_id"), ids.request_id(), b"");
        if let Some(trace_id) = ids.trace_id {
            sink.plain(name!("trace_id"), trace_id, b"");
        }
    }

    /// Returns all members as values, for the representations in which speed does not matter.
    pub(super) fn members(&self) -> Vec<(String, Value)> {
        let mut members = Collected::default();
        self.write(&mut members);
        members.0
    }
}

#[derive(Default)]
struct Collected(Vec<(String, Value)>);

impl Collected {
    fn push(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.to_owned(), value.into()));
    }
}

impl Sink for Collected {
    fn text(&mut self, name: Name, text: &str) {
        self.push(name.plain, text);
    }

    fn plain(&mut self, name: Name, first: &[u8], second: &[u8]) {
        self.push(name.plain, String::from_utf8_lossy(&[first, second].concat()));
    }

    fn number(&mut self, name: Name, number: u32) {
        self.push(name.plain, number);
    }

    fn flag(&mut self, name: Name) {
        self.push(name.plain, true);
    }

    fn violations(&mut self, name: Name, problem: &Problem) {
        let violations = serde_json::to_value(problem.violations());
        self.push(name.plain, violations.expect("violations are text and JSON values"));
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.push(name, value.clone());
    }
}
